/** What the SDK throws, in the user's words. */
import { exitCode, Interrupted, NoAnswer, UserError } from '../../../errors.ts';
import type { Connection } from '../connection.ts';
import { aheadBy, isWrong, wrongClock, wrongDay } from './clock.ts';

interface SdkError {
  name?: string;
  code?: string;
  message?: string;
  hostname?: string;
}

const expired = /^(?:ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired)$/;
export const unknownKey =
  /^(?:InvalidClientTokenId|UnrecognizedClientException|AuthFailure|SignatureDoesNotMatch|InvalidSignatureException|InvalidAccessKeyId|IncompleteSignature)$/;
const none = /^(?:CredentialsProviderError|TokenProviderError)$/;
/** The token of a CI's job, or the trust of the role that it asks for. */
const noJob = /^(?:InvalidIdentityToken|IDPRejectedClaim|IDPCommunicationError)(?:Exception)?$/;
const denied = /^(?:AccessDenied|AccessDeniedException|UnauthorizedOperation|AccessDeniedFault)$/;
/** A new account, or a region that is off. */
const notYet = /^(?:OptInRequired|SubscriptionRequiredException|PendingVerification)$/;
const network =
  /^(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|TimeoutError)$/;
const today = /^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/;
const authority =
  /^(?:SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_\w+_ISSUER_CERT(?:_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/;

export function translate(raw: unknown, service: string, { profile, region, signal }: Connection): unknown {
  const error = raw as SdkError;
  const { name = '', code = '', message = String(raw) } = error;
  const options = { cause: raw, code: exitCode.credentials };
  if (signal?.aborted && name === 'AbortError') return new Interrupted();
  if (none.test(name)) {
    const login = /sso|token/i.test(message);
    const said = login ? 'You are not logged in to AWS, or the login has expired.' : 'There are no AWS credentials.';
    return new UserError(said, { ...options, hint: login ? ssoLogin(profile) : anyLogin(profile) });
  }
  // Before the rest: by their names alone, a wrong clock looks like wrong or expired credentials.
  const ahead = aheadBy(error);
  if (ahead !== undefined && isWrong(ahead)) return wrongClock(ahead, raw);
  if (expired.test(name)) {
    return new UserError('The AWS credentials have expired.', { ...options, hint: anyLogin(profile) });
  }
  if (noJob.test(name) || /AssumeRoleWithWebIdentity/.test(message)) {
    const said = `AWS does not accept this job for the role (${name}): ${message}`;
    const hint = 'the role must trust the provider, audience and subject of the token: docs/ci.md';
    return new UserError(said, { ...options, hint });
  }
  if (unknownKey.test(name)) {
    const hint = `check that ${region} is enabled in this account; then: ${anyLogin(profile)}`;
    return new UserError(`AWS does not accept these credentials in ${region} (${name}).`, { ...options, hint });
  }
  if (notYet.test(name)) {
    const hint = `a new account: finish signing up in the AWS console, and wait up to a day. A region that is off: ${enableRegion(region)}`;
    return new UserError(`This account cannot use ${service} in ${region} yet (${name}).`, { cause: raw, hint });
  }
  if (denied.test(name)) {
    return new UserError(`AWS denied a call to ${service}: ${message}`, {
      cause: raw,
      hint: 'give this identity the policy in cfn/iam/, or use another profile: aws.profile',
    });
  }
  const host = error.hostname ?? `${service} in ${region}`;
  if (today.test(code)) return wrongDay(host, raw);
  if (authority.test(code)) {
    const hint =
      'if a proxy of your company stands between: export NODE_EXTRA_CA_CERTS=FILE, with its certificate in FILE';
    return new UserError(`The certificate of ${host} is of nobody whom this computer trusts (${code}).`, {
      cause: raw,
      hint,
    });
  }
  if (network.test(code) || network.test(name)) {
    const hint =
      code === 'ENOTFOUND'
        ? `check aws.region (${region}) and the network of this computer`
        : 'check the network, then run the same command again: it continues where it stopped';
    return new NoAnswer(`${host} does not answer (${code || name}).`, { cause: raw, hint });
  }
  return raw;
}

/** Regions made since 2019 are off until somebody turns them on. */
export const enableRegion = (region: string) =>
  `aws account enable-region --region-name ${region}   (it takes some minutes)`;

const ssoLogin = (profile?: string) => `aws sso login${profile ? ` --profile ${profile}` : ''}`;
const anyLogin = (profile?: string) =>
  `${ssoLogin(profile)}   (or new keys: aws configure${profile ? ` --profile ${profile}` : ''})`;
