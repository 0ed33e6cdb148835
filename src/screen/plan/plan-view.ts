/** What promote would do, before anybody has said yes. Pure. */
import { formatDuration } from '../../duration.ts';
import type { Event, Finding, Plan, PlannedChange, PlannedStack } from '../../events.ts';
import { clean, justify, type Line, rule, type Span, span, type Tone } from '../line.ts';
import { columnsOf, truncate, wrap } from '../width.ts';
import { count, short } from '../words.ts';
import { costLines, partLines } from './cost-view.ts';
import { labelWidth, row } from './plan-row.ts';

interface PlanOptions {
  width: number;
  /** Every resource, every property and every part of the cost, not only what matters most. */
  details?: boolean;
  /** The parts of the cost alone. */
  cost?: boolean;
}

export function planLines(plan: Plan, { width, details = false, cost = false }: PlanOptions): Line[] {
  return [
    justify(
      [span(` promote ${plan.site} → ${plan.environment}`, 'strong')],
      [span(`account ${account(plan.account)} · ${plan.region} · as ${who(plan.identity)}`, 'dim')],
      width,
    ),
    rule(width),
    ...(cost ? [] : whatLines(plan, width, details)),
    ...(cost || details ? partLines(plan.cost, width) : []),
    ...lossLines(plan.dataLoss, width),
    ...costLines(plan, width),
    rule(width),
    [span(`  planned in ${formatDuration(plan.seconds)}`, 'dim')],
  ];
}

function whatLines(plan: Plan, width: number, details: boolean): Line[] {
  const changed = plan.stacks.filter(({ state }) => state !== 'same');
  const same = plan.stacks.filter(({ state }) => state === 'same');
  return [
    ...findingLines(plan.findings, width),
    row('bundle', [
      span(short(plan.root)),
      span(` (${plan.rehearsed})`, plan.unrehearsed ? 'work' : 'dim'),
      span(`   release ${short(plan.release)}`),
    ]),
    ...wrap(clean(plan.code ?? ''), width - labelWidth - 3).flatMap((text, index) =>
      text ? [row(index ? '' : 'code', [span(text, 'work')])] : [],
    ),
    ...(plan.unrehearsed ? [row('', [span('not rehearsed: --unrehearsed is recorded in the journal', 'work')])] : []),
    ...changed.flatMap((stack) => stackLines(stack, width, details)),
    ...(same.length > 0 ? sameLines(same, changed.length > 0, width) : []),
  ];
}

/** 1234…9012: enough to recognise it. */
const account = (id: string) => (id.length > 8 ? `${id.slice(0, 4)}…${id.slice(-4)}` : id);

/** arn:aws:sts::1:assumed-role/Deploy/anna → Deploy/anna */
const who = (arn: string) =>
  arn
    .split(':')
    .at(-1)
    ?.replace(/^(?:user|assumed-role)\//, '') ?? arn;

const glyphs: Record<Finding['state'], { glyph: string; tone: Tone }> = {
  good: { glyph: '✓', tone: 'good' },
  warning: { glyph: '!', tone: 'work' },
  bad: { glyph: '✗', tone: 'bad' },
};

function findingLines(findings: readonly Finding[], width: number): Line[] {
  const words = findings.flatMap(({ name, state }): Span[] => [
    span(`${name} `),
    span(`${glyphs[state].glyph}  `, glyphs[state].tone),
  ]);
  const telling = findings.filter(({ state }) => state !== 'good');
  return [
    row('preflight', words),
    ...telling.flatMap(({ state, name, text, fix }) =>
      [
        ...wrap(`${name}: ${text}`, width - labelWidth - 4).map((line) => span(line)),
        ...(fix
          ? wrap(fix, width - labelWidth - 6).map((line, index) => span(`${index ? ' ' : '→'} ${line}`, 'dim'))
          : []),
      ].map((said, index) => row('', [span(index ? '  ' : `${glyphs[state].glyph} `, glyphs[state].tone), said])),
    ),
  ];
}

const tones: Record<PlannedChange['sign'], Tone> = { '+': 'good', '~': 'work', '±': 'bad', '-': 'bad' };

function stackLines(stack: PlannedStack, width: number, details: boolean): Line[] {
  const { name, state, changes, text, warnings = [] } = stack;
  const made = changes.filter(({ sign }) => sign === '+');
  const listed = details ? changes : changes.filter(({ sign }) => sign !== '+');
  const few = made.length <= 3;
  const lines: Line[] = [
    ...(text ? [[span(truncate(text, width - labelWidth - 3), 'dim')]] : []),
    ...listed.flatMap((change) => changeLines(change, width, details)),
    ...(details || made.length === 0
      ? []
      : few
        ? made.flatMap((change) => changeLines(change, width, false))
        : [[span('+', 'good'), span(` ${count(made.length, 'resource')}: `), span(kinds(made, width - 36), 'dim')]]),
  ];
  for (const warning of warnings)
    for (const [index, line] of wrap(clean(warning), width - labelWidth - 5).entries())
      lines.push([span(index ? '  ' : '! ', 'work'), span(line)]);
  if (lines.length === 0) lines.push([span(state === 'later' ? 'compared later' : 'only its parameters', 'dim')]);
  return lines.map((line, index) => row(index ? '' : name, line));
}

/** 'database, secret, 2 × bucket' */
function kinds(changes: readonly PlannedChange[], width: number): string {
  const counts = new Map<string, number>();
  for (const { kind } of changes) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const words = [...counts].map(([kind, number]) => (number > 1 ? `${number} × ${kind}` : kind));
  return truncate(words.join(', '), width);
}

function changeLines({ sign, resource, kind, details, data }: PlannedChange, width: number, whole: boolean): Line[] {
  const head: Line = [span(sign, tones[sign]), span(` ${resource}`), span(`  ${kind}`, 'dim')];
  const loss: Line[] = data ? [[span(`    ${data}`, 'bad')]] : [];
  const shown = whole ? details : details.slice(0, 3);
  const rest = details.length - shown.length;
  return [
    head,
    ...loss,
    ...shown.map(({ name, before, after }) => [span(detail(name, values(before, after), width - labelWidth - 3))]),
    ...(rest > 0 ? [[span(`    … ${rest} more in the details`, 'dim')]] : []),
  ];
}

/** Where the line is too long, the path is shortened and the value kept. */
function detail(name: string, value: string, width: number): string {
  const whole = `    ${name}  ${value}`;
  return truncate(columnsOf(whole) <= width ? whole : `    ${name.split('.').at(-1)}  ${value}`, width);
}

function values(before?: string, after?: string): string {
  if (before === undefined && after === undefined) return '';
  return `${brief(before)} → ${brief(after)}`;
}

function brief(value = '-'): string {
  if (/^[0-9a-f]{64}$/.test(value)) return short(value);
  return clean(value, 48) || '-';
}

function sameLines(stacks: readonly PlannedStack[], others: boolean, width: number): Line[] {
  const names = stacks.map(({ name }) => name.replace(/^\d+ /, '')).join(', ');
  return [
    row(others ? 'others' : 'all stacks', [span(truncate(`no change (${names})`, width - labelWidth - 3), 'dim')]),
  ];
}

function lossLines(loss: readonly string[], width: number): Line[] {
  if (loss.length === 0) return [row('data loss', [span('none', 'good')])];
  return loss
    .flatMap((text) => wrap(text, width - labelWidth - 3))
    .map((text, index) => row(index ? '' : 'DATA LOSS', [span(text, 'bad')]));
}

/** What destroy would delete. */
export function deletionLines({ project, stacks, lost, stays }: Extract<Event, { type: 'deletion-plan' }>): Line[] {
  const list = (label: string, texts: readonly string[], tone?: Tone) =>
    texts.map((text, index) => row(index ? '' : label, [span(text, tone)]));
  return [
    [span(` destroy ${project}`, 'strong')],
    ...list(
      'delete',
      stacks.map(({ stack }) => stack),
    ),
    ...list('LOST', lost, 'bad'),
    ...list('stays', stays, 'good'),
  ];
}
