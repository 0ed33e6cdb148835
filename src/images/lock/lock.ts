/** bootdev.lock as text and as data. It comes with a clone, so it is data and nothing else: every word of it has a closed form. */
import { sha256 } from '../../bundle/digest.ts';
import { UserError } from '../../errors.ts';

export const lockName = 'bootdev.lock';

export type Architecture = 'amd64' | 'arm64';

/** A package in its exact version, or a tree below /opt that travels with an image. */
export interface Locked {
  architecture: Architecture;
  /** nginx, or /opt/solr */
  name: string;
  /** `-` for a tree. */
  version: string;
  /** Of the .deb, or of the tree's archive; `-`: it came with the operating system's image, and no mirror has had it since. */
  sha256: string;
  /** Images that have it and whose base has not. `debian`: the operating system's; `solr-build`: what solr's tree was made with. */
  images: readonly string[];
}

export interface Lock {
  /** When rows were written, the oldest first: how old the packages are. */
  written: readonly string[];
  rows: readonly Locked[];
}

/** The oldest of its rows. */
export const writtenOn = ({ written: [first] }: Lock): Date | undefined =>
  first === undefined ? undefined : new Date(first.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));

const head = `# The packages of every machine: architecture, name, version, sha256 and images. Written by bootdev up where it was missing, renewed
# by bootdev upgrade, and to be committed: another computer makes the same machines with it.
version 1
`;

export function formatLock({ written, rows }: Lock): string {
  const lines = [...rows].sort(byName).map((row) => [...words(row), [...row.images].sort().join(' ')].join(' '));
  const text = [head, ...written.map((time) => `written ${time}\n`), ...lines.map((line) => `${line}\n`)].join('');
  return `${text}sum ${sha256(text)}\n`;
}

const words = ({ architecture, name, version, sha256: sum }: Locked) => [architecture, name, version, sum];

const byName = (a: Locked, b: Locked) => (words(a).join(' ') < words(b).join(' ') ? -1 : 1);

const time = /^written (\d{8}T\d{6}Z)$/;
const row =
  /^(amd64|arm64) (?:([a-z0-9][a-z0-9+.-]+) ((?:\d+:)?\d[A-Za-z0-9.+~-]*) ([0-9a-f]{64}|-)|(\/opt\/[a-z0-9-]+) - ([0-9a-f]{64}))((?: [a-z][a-z0-9-]*)+)$/;

/** Throws UserError with what to type. */
export function parseLock(text: string): Lock {
  if (/^(?:<{7}|={7}|>{7})/m.test(text)) {
    throw invalid('has the marks of a merge that git could not finish', [
      `git checkout --ours ${lockName}   (or --theirs), then: bootdev up`,
    ]);
  }
  const [, body, sum] = /^([\s\S]*\n)sum ([0-9a-f]{64})\n$/.exec(text) ?? [];
  if (body === undefined) throw invalid('is not whole: its last line, the sum, is missing');
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const [version, ...rest] = lines;
  if (version !== 'version 1') throw invalid('is not of a form that this bootdev knows', ['use a newer bootdev']);
  if (sha256(body) !== sum) throw invalid('was changed by hand, or by a merge: its sum is not that of its lines');
  const written: string[] = [];
  const rows: Locked[] = [];
  for (const line of rest) {
    const moment = time.exec(line)?.[1];
    if (moment) written.push(moment);
    else rows.push(parseRow(line));
  }
  return { written, rows };
}

function parseRow(line: string): Locked {
  const [, architecture, name, version, sum, tree, treeSum, images = ''] = row.exec(line) ?? [];
  if (!architecture) throw invalid(`has a line that is not one of it: ${JSON.stringify(line.slice(0, 80))}`);
  return {
    architecture: architecture as Architecture,
    name: name ?? tree ?? '',
    version: version ?? '-',
    sha256: sum ?? treeSum ?? '-',
    images: images.trim().split(' '),
  };
}

const again = [`git checkout ${lockName}   (where none is committed: rm ${lockName}, then bootdev up)`];

const invalid = (what: string, hints: readonly string[] = again) =>
  new UserError(`${lockName} ${what}.`, { hint: hints.join('\n  → ') });
