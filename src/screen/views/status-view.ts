/** The table of machines: on a terminal as wide as the terminal, in a pipe with every column complete. */
import type { MachineStatus, Status } from '../../events.ts';
import { clean, justify, type Line, rule, type Span, span, widthOf } from '../line.ts';
import { columnsOf, truncate, wrap } from '../width.ts';
import { icons, short } from '../words.ts';

interface StatusOptions {
  columns: number;
  rows: number;
  /** Keys to show at the bottom; without them, the table does not change any more. */
  keys?: string;
}

export function statusView(status: Status, { columns, rows, keys }: StatusOptions): Line[] {
  const width = Math.min(columns - 1, 119);
  const foot = keys === undefined ? [] : [rule(width), [span(`  ${keys}`, 'dim')]];
  const head = [title(status, width), rule(width)];
  const table = tableLines(status, width);
  // A terminal too small for them is too small for a table of machines as well.
  const addresses = rows < 12 ? [] : addressLines(status).filter((line) => widthOf(line) <= width);
  const room = Math.max(rows - 1 - head.length - foot.length - addresses.length - (status.notes?.length ?? 0) * 2, 1);
  const shown =
    table.length <= room
      ? table
      : [...table.slice(0, room - 1), [span('  … more machines: make the terminal higher', 'dim')]];
  const notes = (status.notes ?? []).flatMap((note) =>
    wrap(note, width - 4).map((line): Line => [span(`  ${line}`, 'work')]),
  );
  return [...head, ...shown, ...addresses, ...notes, ...foot];
}

/** The same for a pipe, which has no width. */
export function statusTable(status: Status): Line[] {
  const notes = (status.notes ?? []).map((note): Line => [span(note, 'work')]);
  return [title(status, 80), ...tableLines(status, Number.POSITIVE_INFINITY), ...addressLines(status), ...notes];
}

/** Whole, on lines of their own: to click, or to copy. */
function addressLines(status: Status): Line[] {
  if (isStopped(status)) return [];
  return status.machines.flatMap(({ name, url }): Line[] =>
    url ? [[span(`  ${(['cdn', 'lb'].includes(name) ? 'site' : name).padEnd(4)}  `, 'dim'), span(url, 'accent')]] : [],
  );
}

/** As after `bootdev down`, or before the first `bootdev up`. */
const isStopped = ({ machines }: Status) => machines.every(({ state }) => state === 'missing' || state === 'stopped');

function title(status: Status, width: number): Line {
  const { project, root, machines } = status;
  if (isStopped(status)) return [span(` ${project}`, 'strong'), span(' · '), span('stopped', 'work')];
  const healthy = machines.filter(({ state }) => state === 'healthy').length;
  const same = machines.filter(({ digest, desired }) => digest === desired).length;
  const ready = healthy === machines.length;
  const state = ready
    ? span('ready', 'good')
    : span(`${machines.length - healthy} of ${machines.length} not healthy`, 'work');
  const where = same === machines.length ? `all ${same}` : `${same} of ${machines.length}`;
  // The oldest of what the machines said.
  const age = Math.max(0, ...machines.map((machine) => machine.age ?? 0));
  return justify(
    [span(` ${project}`, 'strong'), span(' · '), state],
    [span(`bundle ${short(root)} on ${where}${age > 0 ? ` · ${age} s ago` : ''}`, 'dim')],
    width,
  );
}

type Cells = Line[];

/** Every column when there is room; else programs are counted, and the reason names the desired digest where it differs. */
function tableLines(status: Status, width: number): Line[] {
  const { machines } = status;
  if (isStopped(status)) return [];
  const desired = machines.some(differs);
  const full = [titles(desired), ...machines.map((machine) => cellsOf(machine, desired, programNames))];
  const fits = sum(measure(full)) <= width;
  const rows = fits ? full : [titles(false), ...machines.map((machine) => cellsOf(machine, false, programCount))];
  const widths = measure(rows);
  const [head = [], ...body] = rows.map((cells) => join(cells, widths, width));
  return [head, ...body.flatMap((line, index) => [line, ...reason(machines[index], fits, widths[0] ?? 0, width)])];
}

const differs = ({ digest, desired }: MachineStatus) => digest !== undefined && digest !== desired;
const sum = (widths: number[]) => widths.reduce((total, each) => total + each + 2, 0);
const titles = (desired: boolean): Cells =>
  ['machine', 'state', 'programs', 'bundle', ...(desired ? ['desired'] : []), 'now'].map((each) => [span(each, 'dim')]);

function cellsOf(machine: MachineStatus, desired: boolean, programs: (machine: MachineStatus) => Line): Cells {
  const { name, state, digest, now } = machine;
  const { tone } = icons[state];
  return [
    [span(name, tone === 'good' ? undefined : tone)],
    [span(state, tone)],
    programs(machine),
    [span(digest ? short(digest) : '-', differs(machine) ? 'bad' : 'dim')],
    ...(desired ? [[span(differs(machine) ? short(machine.desired) : '', 'bad')]] : []),
    now ? [span(now)] : [],
  ];
}

function programNames({ programs }: MachineStatus): Line {
  if (programs.length === 0) return [span('-', 'dim')];
  return programs.map(({ name, up }, index) => {
    const gap = index ? ' ' : '';
    return up ? span(`${gap}${name}`) : span(`${gap}${name} (down)`, 'bad');
  });
}

function programCount({ programs }: MachineStatus): Line {
  const up = programs.filter((program) => program.up).length;
  if (programs.length === 0) return [span('-', 'dim')];
  return [span(`${up} of ${programs.length}`, up === programs.length ? undefined : 'bad')];
}

/** Why a machine is not as it should be, in lines below its row. */
function reason(machine: MachineStatus | undefined, full: boolean, indent: number, width: number): Line[] {
  if (!machine) return [];
  const desired = !full && differs(machine) ? `${short(machine.desired)} is desired` : '';
  const text = [desired, clean(machine.text ?? '')].filter(Boolean).join('; ');
  if (!text) return [];
  const lines = Number.isFinite(width) ? wrap(text, width - indent - 4) : [text];
  return lines.map((line) => [
    span(`${' '.repeat(indent + 4)}${line}`, icons[machine.state].tone === 'bad' ? 'bad' : 'dim'),
  ]);
}

const measure = (rows: Cells[]) =>
  (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? []))));

function join(cells: Cells, widths: number[], width: number): Line {
  let at = 2;
  const line: Span[] = [span('  ')];
  cells.forEach((cell, column) => {
    const padding = (widths[column] ?? 0) - widthOf(cell) + 2;
    for (const each of cell) {
      line.push({ ...each, text: truncate(each.text, width - at) });
      at += columnsOf(each.text);
    }
    if (column < cells.length - 1) line.push(span(' '.repeat(padding)));
    at += padding;
  });
  return line;
}
