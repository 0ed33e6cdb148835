/** A code folder → its manifest, and what was not taken. */
import { setTimeout as pause } from 'node:timers/promises';
import { sha256 } from '../../bundle/digest.ts';
import { isProgram } from '../../bundle/files.ts';
import { type ManifestEntry, ManifestWriter } from '../../bundle/manifest.ts';
import { Interrupted, UserError } from '../../errors.ts';
import { reasonOf } from '../../io/guard/reasons.ts';
import { fingerprint, linkBytes, listBytes, newBuffer, readPieces, toBytes, toText } from '../../io/tree.ts';
import { ignoreFile, noRules, type Rules } from './ignored.ts';
import { isNotTheSite, isPersonal } from './never-part.ts';

/** Paths from the folder, as bytes (src/io/tree.ts). */
interface Walked {
  manifest: readonly Buffer[];
  files: number;
  bytes: number;
  /** Symbolic links, and where they point. */
  links: Map<string, string>;
  emptyFolders: readonly string[];
  /** In words. */
  leftOut: string[];
}

/** Throws UserError for a name or a file that cannot be taken. */
export async function walk(root: string, signal?: AbortSignal): Promise<Walked> {
  const walker = new Walker(toBytes(root), signal);
  await walker.folder('', noRules);
  const { writer, files, bytes, links, emptyFolders, leftOut } = walker;
  return { manifest: writer.end(), files, bytes, links, emptyFolders, leftOut };
}

/** What became of an entry; of a folder with nothing but what is never part, nothing is left either. */
type Outcome = 'taken' | 'empty' | 'hidden';

class Walker {
  readonly writer = new ManifestWriter();
  readonly links = new Map<string, string>();
  readonly emptyFolders: string[] = [];
  readonly leftOut: string[] = [];
  files = 0;
  bytes = 0;
  private readonly root: string;
  private readonly signal: AbortSignal | undefined;
  private readonly buffer = newBuffer();
  private breath = performance.now();

  constructor(root: string, signal: AbortSignal | undefined) {
    this.root = root;
    this.signal = signal;
  }

  /** Takes what is in it, in the order of a manifest: a folder stands where its name with a `/` does. */
  async folder(below: string, above: Rules): Promise<Outcome> {
    const listed = this.tried(below, () => listBytes(this.at(below)));
    if (!listed) return 'hidden';
    const own = listed.some(({ name, type }) => name === ignoreFile && type === 'file');
    const rules = above.enter(below, own ? this.text(below ? `${below}/${ignoreFile}` : ignoreFile) : undefined);
    const sorted = listed.map((each) => ({ ...each, key: each.type === 'folder' ? `${each.name}/` : each.name }));
    sorted.sort((a, b) => (a.key < b.key ? -1 : 1));
    let all: Outcome = 'empty';
    for (const { name, type } of sorted) {
      const one = await this.entry(below ? `${below}/${name}` : name, name, type, rules);
      if (one === 'taken' || all === 'empty') all = one;
    }
    return all;
  }

  private async entry(path: string, name: string, type: string, rules: Rules): Promise<Outcome> {
    if (isNotTheSite(name)) return 'hidden';
    const said = rules.says(path, type === 'folder');
    if (said === 'ignored') return 'empty';
    if (isPersonal(path) || type === 'other' || (path === 'node_modules' && said !== 'kept')) {
      this.leftOut.push(toText(path));
      return 'hidden';
    }
    if (name.includes('\n')) throw lineBreak(toText(path));
    if (type === 'link') return this.link(path);
    if (type === 'file') return this.file(path);
    const inside = await this.folder(path, rules);
    if (inside === 'empty') this.emptyFolders.push(path);
    return inside === 'hidden' ? 'hidden' : 'taken';
  }

  private link(path: string): Outcome {
    const target = this.tried(path, () => linkBytes(this.at(path)));
    if (!target) return 'empty';
    this.links.set(path, target.toString('latin1'));
    this.writer.add({ mode: '120000', sha256: sha256(target), path });
    return 'taken';
  }

  /** A file that is written at this moment gets another chance; one that is always written to is no code. */
  private async file(path: string): Promise<Outcome> {
    for (let attempt = 0; attempt < 5; attempt++) {
      await this.breathe();
      const found = this.tried(path, () => fingerprint(this.at(path), this.buffer) ?? 'changed');
      if (!found) return 'empty';
      if (found !== 'changed') {
        this.add({ mode: isProgram(found.head) ? '0755' : '0644', sha256: found.sha256, path }, found.size);
        return 'taken';
      }
      await pause(50);
    }
    throw new UserError(`code.path: ${toText(path)} changes while it is read.`, {
      hint: `bootdev up again when it is done; or leave it out: its name in ${ignoreFile} of the code folder`,
    });
  }

  private add(entry: ManifestEntry, size: number): void {
    this.writer.add(entry);
    this.files++;
    this.bytes += size;
  }

  /** Reading is synchronous, but screens move, and Ctrl-C is heard. */
  private async breathe(): Promise<void> {
    if (performance.now() - this.breath < 50) return;
    await pause(0);
    if (this.signal?.aborted) throw new Interrupted();
    this.breath = performance.now();
  }

  private text(path: string): string {
    const read = () => {
      let text = '';
      for (const piece of readPieces(this.at(path), this.buffer).pieces) text += piece.toString('latin1');
      return text;
    };
    return this.tried(path, read) ?? '';
  }

  /** Undefined: it was deleted since its folder was read, but for the code folder itself. */
  private tried<Result>(path: string, read: () => Result): Result | undefined {
    try {
      return read();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (path && (code === 'ENOENT' || code === 'ENOTDIR')) return undefined;
      const hint = path
        ? `give yourself the right to read it; or leave it out: its name in ${ignoreFile} of the code folder`
        : 'set code.path to a folder relative to bootdev.yaml';
      throw new UserError(`code.path: ${toText(this.at(path))} cannot be read: ${reasonOf(error)}.`, { hint });
    }
  }

  private at(path: string): string {
    return path ? `${this.root}/${path}` : this.root;
  }
}

/** The digest is taken over lines. */
const lineBreak = (path: string) =>
  new UserError(`code.path: the name ${JSON.stringify(path)} has a line break in it.`, { hint: 'rename this file' });
