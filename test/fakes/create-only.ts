/** Which properties of a resource cannot be changed: another value recreates it. */
import createOnly from './create-only.json' with { type: 'json' };

/** Not in the registry's schemas, but in CloudFormation's documentation of these types. */
const besides: Readonly<Record<string, readonly string[]>> = {
  'AWS::RDS::DBInstance': ['Engine'],
  'AWS::EC2::Volume': ['AvailabilityZone', 'Encrypted', 'SnapshotId'],
};
const known = createOnly as Record<string, { always: string[] }>;

/** As paths: Name, DnsOptions/PrivateDnsPreference. */
export const createOnlyOf = (type: string): string[] => [...(known[type]?.always ?? []), ...(besides[type] ?? [])];
