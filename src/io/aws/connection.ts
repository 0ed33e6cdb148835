import { exitCode, Interrupted, NoAnswer, UserError } from '../../errors.ts';

export interface Connection {
  region: string;
  /** Of ~/.aws/config; without it the SDK's chain decides (AWS_PROFILE, variables, roles). */
  profile?: string;
  signal?: AbortSignal;
  /** Gets each call before it is sent, as 'cloudformation:CreateChangeSet': the shipped IAM policies are tested against these. */
  onCall?: (action: string) => void;
}

/** The part of the SDK's clients that is used here. */
interface Client {
  send(command: never, options?: { abortSignal?: AbortSignal }): Promise<unknown>;
  middlewareStack: { add(middleware: never, options: { step: 'initialize'; name: string }): void };
}

// The SDK would print a notice about future Node versions into our screens; package.json says which Node we need.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** AWS throttles DescribeStacks and its like early, which must not end a deployment. */
const maxAttempts = 8;

export const clientOptions = ({ region, profile }: Connection) => ({
  region,
  maxAttempts,
  ...(profile ? { profile } : {}),
});

/**
 * The client, with the caller's signal in each call and its errors in our words: also for the SDK's own paginators and waiters, which call
 * `client.send` too. A call that begins after the signal was aborted is not stopped by it: it cleans up.
 */
export function connect<C extends Client>(service: string, client: C, connection: Connection): C {
  const { signal, onCall } = connection;
  if (onCall) {
    const record = (next: (args: unknown) => unknown, { commandName = '' }: { commandName?: string }) => {
      onCall(`${service}:${commandName.replace(/Command$/, '')}`);
      return next;
    };
    client.middlewareStack.add(record as never, { step: 'initialize', name: 'bootdevCalls' });
  }
  const send = client.send.bind(client);
  client.send = async (command: never) => {
    try {
      return await send(command, signal && !signal.aborted ? { abortSignal: signal } : {});
    } catch (error) {
      throw translate(error, service, connection);
    }
  };
  return client;
}

interface SdkError {
  name?: string;
  code?: string;
  message?: string;
  hostname?: string;
  $metadata?: { httpStatusCode?: number };
}

const expired = /^(?:ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired)$/;
const unknownKey =
  /^(?:InvalidClientTokenId|UnrecognizedClientException|AuthFailure|SignatureDoesNotMatch|InvalidAccessKeyId|IncompleteSignature)$/;
const none = /^(?:CredentialsProviderError|TokenProviderError)$/;
const denied = /^(?:AccessDenied|AccessDeniedException|UnauthorizedOperation|AccessDeniedFault)$/;
const network =
  /^(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|TimeoutError)$/;

function translate(raw: unknown, service: string, { profile, region, signal }: Connection): unknown {
  const error = raw as SdkError;
  const name = error.name ?? '';
  const message = error.message ?? String(raw);
  const options = { cause: raw, code: exitCode.credentials };
  if (signal?.aborted && name === 'AbortError') return new Interrupted();
  if (none.test(name)) {
    const login = /sso|token/i.test(message);
    const said = login ? 'You are not logged in to AWS, or the login has expired.' : 'There are no AWS credentials.';
    return new UserError(said, { ...options, hint: login ? ssoLogin(profile) : anyLogin(profile) });
  }
  if (expired.test(name)) {
    return new UserError('The AWS credentials have expired.', { ...options, hint: anyLogin(profile) });
  }
  if (unknownKey.test(name)) {
    const hint = `check that ${region} is enabled in this account; then: ${anyLogin(profile)}`;
    return new UserError(`AWS does not accept these credentials in ${region} (${name}).`, { ...options, hint });
  }
  if (denied.test(name)) {
    return new UserError(`AWS denied a call to ${service}: ${message}`, {
      cause: raw,
      hint: 'give this identity the policy in cfn/iam/, or use another profile: aws.profile',
    });
  }
  if (network.test(error.code ?? '') || network.test(name)) {
    const host = error.hostname ?? `${service} in ${region}`;
    const hint =
      error.code === 'ENOTFOUND'
        ? `check aws.region (${region}) and the network of this computer`
        : 'check the network, then run the same command again: it continues where it stopped';
    return new NoAnswer(`${host} does not answer (${error.code ?? name}).`, { cause: raw, hint });
  }
  return raw;
}

const ssoLogin = (profile?: string) => `aws sso login${profile ? ` --profile ${profile}` : ''}`;
const anyLogin = (profile?: string) =>
  `${ssoLogin(profile)}   (or new keys: aws configure${profile ? ` --profile ${profile}` : ''})`;
