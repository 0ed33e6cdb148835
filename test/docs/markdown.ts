/** What a Markdown file says that can be checked: its headings, links, code spans and lines of code. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** `line` counts from 1. */
export interface Said {
  text: string;
  line: number;
}

export interface Page {
  /** Addresses of links, as written. */
  links: Said[];
  /** Code spans in running text. */
  spans: Said[];
  /** Lines of fenced or indented code. */
  code: Said[];
  /** Anchors of the headings, as GitHub makes them. */
  anchors: Set<string>;
}

/** Every file of the repository, those that are not added yet too, less those that are deleted. */
export function repositoryFiles(): string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout, status, stderr } = spawnSync('git', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ls-files: ${stderr}`);
  return stdout.split('\0').filter((path) => path && existsSync(path));
}

export const isMarkdown = (file: string) => file.endsWith('.md');

export const readPage = (file: string): Page => parsePage(readFileSync(file, 'utf8'));

export function parsePage(text: string): Page {
  const code: Said[] = [];
  const prose: string[] = [];
  let fence: string | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const [, marks] = /^\s*(`{3,}|~{3,})/.exec(line) ?? [];
    const opens = fence === undefined && marks !== undefined;
    const closes = fence !== undefined && line.trim() === fence;
    const isCode = !opens && !closes && (fence !== undefined || /^ {4}/.test(line));
    if (isCode) code.push({ text: line, line: index + 1 });
    if (opens) fence = marks;
    if (closes) fence = undefined;
    prose.push(isCode || opens || closes ? '' : line);
  }
  const running = prose.join('\n');
  return {
    links: found(running.replace(/`[^`]*`/g, blank), /\]\(([^()\s]+)\)/g),
    spans: found(running, /`([^`]+)`/g),
    code,
    anchors: anchorsOf(prose),
  };
}

const blank = (text: string) => text.replace(/[^\n]/g, ' ');

function found(text: string, pattern: RegExp): Said[] {
  return [...text.matchAll(pattern)].map((match) => ({
    text: (match[1] ?? '').replace(/\s+/g, ' '),
    line: text.slice(0, match.index).split('\n').length,
  }));
}

/** Lower case, no punctuation, a hyphen for each space; the second of a name has -1. */
function anchorsOf(lines: readonly string[]): Set<string> {
  const anchors = new Set<string>();
  for (const line of lines) {
    const [, heading] = /^#{1,6} +(.*?)\s*$/.exec(line) ?? [];
    if (heading === undefined) continue;
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const name = plain.replace(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-');
    let anchor = name;
    for (let n = 1; anchors.has(anchor); n++) anchor = `${name}-${n}`;
    anchors.add(anchor);
  }
  return anchors;
}
