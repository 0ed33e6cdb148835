import { translate } from './errors/translate.ts';

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
