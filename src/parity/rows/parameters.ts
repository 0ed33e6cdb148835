/** Managed services in place of a machine: the machine's files, key by key, against what the service has, read back. */
import type { ParityRow } from '../../events.ts';
import { canonical } from '../sides/canonical.ts';
import type { Parameters } from '../sides/files.ts';
import type { Sides } from '../sides/sides.ts';
import { bySize, type Engine, type Service } from './accepted-differences.ts';
import { reasonsOf } from './service-reasons.ts';

interface Words {
  part: ParityRow['part'];
  /** What stands before a key in a row's name. */
  name: string;
  /** Who has the values on AWS. */
  there: string;
  /** How the replica's value becomes the file's again. */
  fix: string;
  /** The same value, which each side writes in its own way. */
  canonical: (value: string) => string;
}

const group = { part: 'parameters', there: 'the parameter group', fix: 'bootdev up', canonical } as const;
const exact = (value: string) => value;

const services: Readonly<Record<Service, Words>> = {
  mysql: { ...group, name: 'mysql ' },
  mariadb: { ...group, name: 'mariadb ' },
  memcached: { ...group, name: 'memcached ' },
  cdn: { part: 'cdn', name: '', there: 'CloudFront', fix: 'bootdev up', canonical: exact },
  s3: {
    ...{ part: 'bucket', name: '', there: 'the bucket', canonical: exact },
    fix: 'bootdev exec s3 /etc/bootdev/current/bin/machine restart localstack',
  },
};

const fixOnAws = 'bootdev promote; if it was changed there by hand, set it back';

export function parameterRows(sides: Sides): ParityRow[] {
  return (Object.keys(services) as Service[]).flatMap((service) => {
    const file = sides.desired.parameters[service];
    const machines = sides.replica.filter(({ kind }) => kind === service);
    return file && (machines.length > 0 || sides.aws) ? ofService(service, file, sides) : [];
  });
}

function ofService(service: Service, file: Parameters, { desired, replica, aws }: Sides): ParityRow[] {
  const words = services[service];
  const machines = replica.filter(({ kind }) => kind === service);
  const live = machines.flatMap(({ parameters }) => (parameters ? [parameters] : []));
  const there = aws?.groups[service];
  const missing = (text: string): ParityRow[] => [
    { part: words.part, name: `${words.name}all`.trim(), settings: '', replica: '', aws: '', state: 'differs', text },
  ];
  // Without one of the sides no row would compare anything.
  if (machines.length > 0 && live.length === 0) return missing(`${machines[0]?.name} does not answer: bootdev up`);
  if (aws && !there) {
    const why = aws.unread[service];
    return missing(why ? `${words.there} could not be read: ${why}` : `${words.there} is not there: bootdev promote`);
  }
  const reasons = reasonsOf(service, file, desired.settings);
  const keys = new Set([file, ...live, ...(there ? [there] : [])].flatMap((each) => [...each.keys()]));
  if (there) for (const key of Object.keys(reasons.groupOnly)) keys.add(key);
  const rows = [...keys].map((key) =>
    keyRow(words, reasons, {
      key,
      desired: file.get(key),
      here: values(live, key, words),
      there: there?.get(key),
      aws: there !== undefined,
    }),
  );
  return there && isDatabase(service) ? [...rows, stateRow(service, aws?.groupState)] : rows;
}

const isDatabase = (service: Service): service is Engine => service === 'mysql' || service === 'mariadb';

/** The machines' values of a key; one entry where they are equal. */
const values = (live: readonly Parameters[], key: string, words: Words) => [
  ...new Map(live.map((each) => each.get(key) ?? '-').map((value) => [words.canonical(value), value])).values(),
];

interface Key {
  key: string;
  desired: string | undefined;
  here: readonly string[];
  there: string | undefined;
  /** Whether there is an AWS side. */
  aws: boolean;
}

function keyRow(
  words: Words,
  reasons: ReturnType<typeof reasonsOf>,
  { key, desired, here, there, aws }: Key,
): ParityRow {
  const { canonical } = words;
  const expected = desired === undefined ? reasons.groupOnly[key] : undefined;
  const row = {
    part: words.part,
    name: `${words.name}${key}`,
    settings: desired ?? expected?.value ?? '',
    replica: here.filter((value) => value !== '-' || desired !== undefined).join(' '),
    aws: there ?? '',
    // Only what is the same, or is so by a reason that many share.
    ...(words.part === 'parameters' ? {} : { minor: true as const }),
  };
  const differs = (text: string): ParityRow => ({ ...row, state: 'differs', text });
  if (here.some((value) => canonical(value) !== canonical(desired ?? '-')))
    return differs(`what the replica has is not what the settings ask for: ${words.fix}`);
  if (!aws) return { ...row, state: 'same', minor: true };
  if (desired === undefined) {
    if (!expected) return differs(`${words.there} has it, and the settings do not ask for it: ${fixOnAws}`);
    if (there === undefined) return differs(`${words.there} does not have it: ${fixOnAws}`);
    if (canonical(there) !== canonical(expected.value))
      return differs(`${words.there} has another value than ${expected.value}: ${fixOnAws}`);
    return { ...row, state: 'accepted', text: expected.reason };
  }
  if (there === undefined) {
    const reason = reasons.fileOnly[key];
    return reason
      ? { ...row, state: 'accepted', text: reason }
      : differs(`${words.there} does not have it: ${fixOnAws}`);
  }
  if (words.part === 'parameters' && key in bySize) return { ...row, state: 'size', text: 'see capacity' };
  const other = reasons.otherValue[key];
  if (other) {
    const asAccepted = canonical(desired) === canonical(other.replica) && canonical(there) === canonical(other.aws);
    if (asAccepted) return { ...row, state: 'accepted', text: other.reason };
    return differs(`expected ${other.replica} here and ${other.aws} on AWS (${other.reason}): ${fixOnAws}`);
  }
  if (canonical(desired) !== canonical(there)) return differs(`${words.there} has another value: ${fixOnAws}`);
  return { ...row, state: 'same', minor: true };
}

function stateRow(engine: Engine, state = 'unknown'): ParityRow {
  const row = {
    part: 'parameters' as const,
    name: `${engine} parameter group`,
    settings: 'in-sync',
    replica: '',
    aws: state,
  };
  if (state === 'in-sync') return { ...row, state: 'same' };
  return { ...row, state: 'differs', text: 'the database does not use its parameter group yet: reboot it' };
}
