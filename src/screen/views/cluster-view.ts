/** What goes wrong with two web machines: by plugin, each kind of fault once with its lines, the reason and the remedy. */
import type { ClusterCheck, ClusterFinding, ClusterPart } from '../../events.ts';
import { blank, clean, type Line, span, type Tone } from '../line.ts';
import { wrap } from '../width.ts';
import { count } from '../words.ts';

/** Lines of one kind in one plugin that are shown; JSON has all. */
const most = 6;

export function clusterTable(check: ClusterCheck, columns = 100): Line[] {
  const width = Math.min(columns, 120);
  return [
    ...title(check),
    ...check.parts.flatMap((part) => [blank, ...partLines(part, width)]),
    ...settledLines(check, width),
    ...leftLines(check, width),
  ];
}

function title({ safe, application, parts, looked }: ClusterCheck): Line[] {
  const scope: Line = [
    span(`  ${application}: ${count(looked.parts, 'part')} of the site's own, ${count(looked.files, 'file')}`, 'dim'),
  ];
  if (safe) return [[span('✓', 'good'), span(' nothing found that two web machines would break')], scope];
  const findings = parts.reduce((sum, { findings: own }) => sum + own.length, 0);
  const words = `${count(findings, 'line')} in ${parts.length} of ${count(looked.parts, 'part')}`;
  return [[span('✗', 'bad'), span(` not safe for two web machines: ${words}`)], scope];
}

/** A place and its line of code; below it where they do not fit beside each other. The place is never cut. */
function placed(place: string, code: string, width: number, tone?: Tone): Line[] {
  const indent = place.length - place.trimStart().length + 2;
  const room = width - place.length - 2;
  if (room >= 30) return [[span(place, 'accent'), span(`  ${clean(code, room)}`, tone)]];
  return [[span(place, 'accent')], [span(' '.repeat(indent)), span(clean(code, width - indent), tone)]];
}

function partLines({ kind, name, path, findings }: ClusterPart, width: number): Line[] {
  const isNamed = path !== '' && !path.endsWith(`/${name}`) && path !== name;
  const head: Line = [span(`${kind} `), span(name || 'the code', 'strong'), span(isNamed ? `  ${path}` : '', 'dim')];
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  return [
    head,
    ...rules.flatMap((rule) =>
      ruleLines(
        findings.filter((each) => each.rule === rule),
        path,
        width,
      ),
    ),
  ];
}

function ruleLines(findings: readonly ClusterFinding[], path: string, width: number): Line[] {
  const [first] = findings;
  if (!first) return [];
  const below = (file: string) => (path !== '' && file.startsWith(`${path}/`) ? file.slice(path.length + 1) : file);
  const more = findings.length - most;
  return [
    [span('  ✗', 'bad'), span(` ${first.title}`)],
    ...findings.slice(0, most).flatMap(({ file, line, code }) => placed(`      ${below(file)}:${line}`, code, width)),
    ...(more > 0 ? [[span(`      ${count(more, 'more line')}: --json has all`, 'dim')]] : []),
    ...wrap(first.problem, width - 4).map((line): Line => [span(`    ${line}`, 'dim')]),
    ...wrap(first.remedy, width - 6).map((line, index): Line => [span(`    ${index === 0 ? '→' : ' '} ${line}`)]),
  ];
}

function settledLines({ settled }: ClusterCheck, width: number): Line[] {
  if (settled.length === 0) return [];
  return [
    blank,
    [span('bootdev takes care of', 'strong')],
    ...settled
      .slice(0, 2 * most)
      .flatMap(({ file, line, code, text }): Line[] => [
        ...placed(`  ${file}:${line}`, code, width),
        ...wrap(text, width - 4).map((words): Line => [span(`    ${words}`, 'dim')]),
      ]),
    ...(settled.length > 2 * most ? [[span(`  ${settled.length - 2 * most} more`, 'dim')]] : []),
  ];
}

function leftLines({ left }: ClusterCheck, width: number): Line[] {
  if (left.length === 0) return [];
  return [
    blank,
    [span('not looked at', 'strong')],
    ...left
      .slice(0, most)
      .map(
        ({ path, reason }): Line => [span('·', 'dim'), span(` ${clean(`${path || 'others'}: ${reason}`, width - 2)}`)],
      ),
    ...(left.length > most ? [[span(`  ${left.length - most} more: --json has all`, 'dim')]] : []),
  ];
}
