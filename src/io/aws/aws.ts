/**
 * AWS as plain functions and plain data; the SDK's clients are met in io/aws/ alone. Credentials come from the SDK's own chain
 * (variables, profiles, SSO, roles) and are kept nowhere. AWS_ENDPOINT_URL leads all of it to another endpoint. Each service is
 * loaded when it is first asked. BOOTDEV_AWS_CALLS names a file that gets a line for each call. Throws UserError in the user's words.
 */
import { setMaxListeners } from 'node:events';
import type { Connection } from './connection.ts';
import { recorder } from './record.ts';

export type { Certificate } from './certificates.ts';
export type { ChangeSet, PropertyChange, ResourceChange, StackEvent, StackInfo } from './cloudformation.ts';
export type { Connection } from './connection.ts';

export type Aws = ReturnType<typeof aws>;
export type Cloudformation = Awaited<ReturnType<Aws['cloudformation']>>;
export type Bucket = Awaited<ReturnType<Aws['bucket']>>;

export function aws(asked: Connection) {
  const connection = { ...recorder(), ...asked };
  const { region, profile, signal } = connection;
  // One listener for each call that is under way, and there are many at once.
  if (signal) setMaxListeners(0, signal);
  const cloudformation = once(async (where) =>
    (await import('./cloudformation.ts')).cloudformation({ ...connection, region: where }),
  );
  const bucket = once(async (name) => (await import('./s3.ts')).bucket(connection, name));
  const identity = once(async () => (await import('./identity.ts')).identity(connection));
  const account = once(async () => (await import('./account.ts')).account(connection));
  const services = once(async () => (await import('./services.ts')).services(connection));
  const zones = once(async () => (await import('./zones.ts')).zones(connection));
  const edge = once(async () => (await import('./edge.ts')).edge(connection));
  const certificates = once(async (where) =>
    (await import('./certificates.ts')).certificates({ ...connection, region: where }),
  );
  return {
    region,
    profile,
    signal,
    cloudformation: (where = region) => cloudformation(where),
    bucket: (name: string) => bucket(name),
    /** Who we are. */
    identity: () => identity(''),
    /** What the account has and may have: read by preflight. */
    account: () => account(''),
    /** What stands for machines of the replica: read by parity. */
    services: () => services(''),
    zones: () => zones(''),
    edge: () => edge(''),
    certificates: (where: string) => certificates(where),
  };
}

/** The same client for the same argument: connections are kept open between calls. */
function once<Result>(make: (argument: string) => Promise<Result>) {
  const made = new Map<string, Promise<Result>>();
  return (argument: string) => {
    const found = made.get(argument) ?? make(argument);
    made.set(argument, found);
    return found;
  };
}
