/** `bootdev check --cluster`: what of a site's code breaks, or misbehaves, behind a balancer with two web machines. */
import type { ClusterCheck, ClusterFinding, ClusterPart, Event } from '../../../events.ts';
import { toBytes, toText } from '../../../io/tree.ts';
import type { Application } from '../../../project/applications.ts';
import { step } from '../../../steps.ts';
import { printable } from '../printable.ts';
import { type Found, look } from './look.ts';
import { nameIn, patternsOf } from './parts.ts';
import { readSource } from './php/source.ts';
import { hostsIn } from './rules/settings.ts';
import { remedyFor, rules, settled } from './texts.ts';
import { breather, findParts, type Part, readSmall, type Tree } from './tree.ts';

export interface Code {
  /** The real folder of the code. */
  folder: string;
  /** Of index.php, below it. */
  docroot: string;
  /** As the settings name it, and what is known of it. */
  application: string;
  about: Application;
  /** Host names of the site. */
  hosts?: readonly string[];
  signal: AbortSignal;
}

const most = 1000;

/** False: something was found. Throws UserError where the folder cannot be read. */
export async function* checkCluster(code: Code): AsyncGenerator<Event, boolean> {
  const checked = {
    id: 'code',
    text: 'read the code',
    done: (check: ClusterCheck) => `read ${check.looked.files} files`,
  };
  const check = yield* step(checked, () => new Checker(code).check());
  yield { type: 'cluster-check', check };
  return check.safe;
}

class Checker {
  private readonly code: Code;
  private readonly root: string;
  private readonly breathe: () => Promise<void>;
  private readonly settledLines: ClusterCheck['settled'] = [];
  private left: Tree['left'] = new Map();
  private bytes = 0;
  private findings = 0;

  constructor(code: Code) {
    this.code = code;
    this.root = toBytes(code.folder);
    this.breathe = breather(code.signal);
  }

  async check(): Promise<ClusterCheck> {
    const { about, docroot, folder, signal } = this.code;
    const { parts, left } = await findParts(folder, patternsOf(about, docroot), signal);
    this.left = left;
    const hosts = this.hosts(parts);
    const checked: ClusterPart[] = [];
    for (const part of parts) {
      const found = await look({ ...part, hosts, read: (path) => this.read(path) }, this.breathe);
      const findings = this.told(found);
      if (findings.length > 0) checked.push({ ...this.named(part), findings });
    }
    const files = parts.reduce((sum, part) => sum + part.files.length, 0);
    return {
      safe: checked.length === 0,
      application: about.title,
      looked: { parts: parts.length, files, bytes: this.bytes },
      parts: checked,
      settled: this.settledLines,
      left: [...this.left].map(([path, reason]) => ({ path: printable(path), reason })),
    };
  }

  private hosts(parts: readonly Part[]): string[] {
    const settings = parts.filter(({ kind }) => kind === 'settings').flatMap(({ files }) => files);
    const said = settings.flatMap((path) => hostsIn(readSource(this.read(path) ?? '')));
    const own = (this.code.hosts ?? []).filter((host) => host.includes('.') && !/(?:^|\.)localhost$/.test(host));
    return [...new Set([...own, ...said])];
  }

  private read(path: string): string | undefined {
    const { bytes, reason } = readSmall(this.root, path);
    if (bytes === undefined) {
      if (this.left.size < 200) this.left.set(toText(path), reason);
      return undefined;
    }
    this.bytes += bytes.length;
    return bytes.toString();
  }

  /** In the order of the files, each line once a rule. */
  private told(found: readonly Found[]): ClusterFinding[] {
    const seen = new Set<string>();
    const told = [...found]
      .sort((one, other) => (one.path === other.path ? one.at - other.at : one.path < other.path ? -1 : 1))
      .flatMap(({ path, at, mark }): ClusterFinding[] => {
        const text = this.read(path) ?? '';
        const place = { file: printable(toText(path)), ...lineAt(text, at) };
        const key = `${path}:${place.line} ${JSON.stringify(mark)}`;
        if (seen.has(key)) return [];
        seen.add(key);
        if (!('rule' in mark)) {
          this.settledLines.push({ ...place, text: settled[mark.settled] });
          return [];
        }
        const { title, problem } = rules[mark.rule];
        return [{ rule: mark.rule, title, ...place, problem, remedy: remedyFor(mark.rule, this.code.application) }];
      });
    const room = Math.max(most - this.findings, 0);
    if (told.length > room) this.left.set('', `more than ${most} findings: only these are named`);
    this.findings += told.length;
    return told.slice(0, Math.max(room, 1)); // a part with findings is named in any case
  }

  private named({ kind, path, naming, files }: Part): Pick<ClusterPart, 'kind' | 'name' | 'path'> {
    const last = path.slice(path.lastIndexOf('/') + 1);
    // A plugin of one file, and the folder's own files: that of the same name first.
    const places = (naming.length > 0 ? naming : files.slice(0, 1)).toSorted(
      (one, other) => Number(other.includes(`/${last}.`)) - Number(one.includes(`/${last}.`)),
    );
    const names = places.map((each) =>
      nameIn(each.slice(each.lastIndexOf('/') + 1), this.read(each)?.slice(0, 8192) ?? ''),
    );
    const name = kind === 'settings' ? undefined : names.find((each) => each !== undefined);
    return { kind, name: printable(name ?? toText(last), 60), path: printable(toText(path)) };
  }
}

function lineAt(text: string, at: number): { line: number; code: string } {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', at);
  const whole = text.slice(start, end < 0 ? undefined : end);
  // Of a file in one line only what is around the place.
  const from = at - start > 120 ? at - start - 20 : 0;
  return { line: text.slice(0, start).split('\n').length, code: printable(whole.slice(from, from + 400)) };
}
