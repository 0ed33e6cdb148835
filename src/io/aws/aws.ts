/**
 * AWS as plain functions and plain data; only io/aws/ uses the SDK. Credentials come from the SDK's own chain (variables, profiles, SSO,
 * roles) and are stored nowhere. AWS_ENDPOINT_URL sends every call to another endpoint. Each service is loaded when it is first used.
 * BOOTDEV_AWS_CALLS names a file that gets a line for each call. Throws UserError in the user's words.
 */
import { setMaxListeners } from 'node:events';
import type { Connection } from './connection.ts';
import { recorder } from './record.ts';

export type { Certificate } from './certificates.ts';
export type { PropertyChange, ResourceChange, Validation } from './change-sets.ts';
export type { Connection } from './connection.ts';
export type { StackEvent, StackInfo } from './stack-info.ts';

export type Aws = ReturnType<typeof aws>;
export type Cloudformation = Awaited<ReturnType<Aws['cloudformation']>>;
export type Bucket = Awaited<ReturnType<Aws['bucket']>>;

export function aws(options: Connection) {
  const connection = { ...recorder(), ...options };
  const { region, profile, signal } = connection;
  // Each call in progress has a listener, and there are many at once.
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
    /** What the account has and is allowed to have: read by preflight. */
    account: () => account(''),
    /** The managed services in place of the replica's machines, the machines and their log: read by parity, ssh and logs. */
    services: () => services(''),
    zones: () => zones(''),
    edge: () => edge(''),
    certificates: (where: string) => certificates(where),
  };
}

/** The same client for the same argument, because connections stay open between calls. */
function once<Result>(make: (argument: string) => Promise<Result>) {
  const made = new Map<string, Promise<Result>>();
  return (argument: string) => {
    const found = made.get(argument) ?? make(argument);
    made.set(argument, found);
    return found;
  };
}
