import { exitCode, Interrupted, NoAnswer, UserError } from '../../errors.ts';

export interface Connection {
  region: string;
  /** Of ~/.aws/config; without it the SDK's chain decides (AWS_PROFILE, variables, roles). */
  profile?: string;
  signal?: AbortSignal;
  /** Told of each call before it is sent, as 'cloudformation:CreateChangeSet': what the shipped IAM policies are tested against. */
  onCall?: (action: string) => void;
}

/** The part of the SDK's clients that we use. */
interface Client {
  send(command: never, options?: { abortSignal?: AbortSignal }): Promise<unknown>;
  middlewareStack: { add(middleware: never, options: { step: 'initialize'; name: string }): void };
}

// The SDK prints a notice about coming versions into our screens; which Node we need stands in package.json.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** AWS throttles readers of stacks early; a deployment that ends because of that would be a shame. */
const maxAttempts = 8;

export const clientOptions = ({ region, profile }: Connection) => ({
  region,
  maxAttempts,
  ...(profile ? { profile } : {}),
});

/** `client.send` with the caller's signal, its errors in our words. `whole`: goes on when the signal says stop (cleaning up). */
export function sender<C extends Client>(service: string, client: C, connection: Connection) {
  const { signal, onCall } = connection;
  if (onCall) {
    const record = (next: (args: unknown) => unknown, { commandName = '' }: { commandName?: string }) => {
      onCall(`${service}:${commandName.replace(/Command$/, '')}`);
      return next;
    };
    client.middlewareStack.add(record as never, { step: 'initialize', name: 'bootdevCalls' });
  }
  const send: C['send'] = async (command: never) => {
    try {
      return await client.send(command, signal && !signal.aborted ? { abortSignal: signal } : {});
    } catch (error) {
      throw translate(error, service, connection);
    }
  };
  return send;
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
    const said = login ? 'The AWS login has expired or was never made.' : 'There are no AWS credentials.';
    return new UserError(said, { ...options, hint: login ? ssoLogin(profile) : anyLogin(profile) });
  }
  if (expired.test(name)) {
    return new UserError('The AWS credentials have expired.', { ...options, hint: anyLogin(profile) });
  }
  if (unknownKey.test(name)) {
    const where = `AWS does not accept these credentials in ${region}`;
    const hint = `is ${region} switched on in this account? Else: ${anyLogin(profile)}`;
    return new UserError(`${where} (${name}).`, { ...options, hint });
  }
  if (denied.test(name)) {
    return new UserError(`AWS refuses a call of ${service}: ${message}`, {
      cause: raw,
      hint: 'give this identity the policy in cfn/iam/, or use another profile: aws.profile',
    });
  }
  if (network.test(error.code ?? '') || network.test(name)) {
    const host = error.hostname ?? `${service} in ${region}`;
    const hint =
      error.code === 'ENOTFOUND'
        ? `is aws.region right (${region})? Is this computer online?`
        : 'look at the network, then type the same command again: it goes on where it was';
    return new NoAnswer(`${host} does not answer (${error.code ?? name}).`, { cause: raw, hint });
  }
  return raw;
}

const ssoLogin = (profile?: string) => `aws sso login${profile ? ` --profile ${profile}` : ''}`;
const anyLogin = (profile?: string) =>
  `${ssoLogin(profile)}   (or new keys: aws configure${profile ? ` --profile ${profile}` : ''})`;
