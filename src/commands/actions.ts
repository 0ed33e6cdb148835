/** What each command does: asks what must be asked, loads its verb, and shows the verb's events. */
import { join, resolve } from 'node:path';
import { exitCode, UserError } from '../errors.ts';
import type { Event } from '../events.ts';
import { isFolder, readText } from '../io/files.ts';
import { ask, isInteractive } from '../io/terminal.ts';
import type { Context } from '../project/context.ts';
import { chooseMode } from '../screen/mode.ts';
import type { Common } from './flags.ts';
import { noSettings, notInteractive } from './usage.ts';

/** One command line, understood. */
export interface Call<Flags = object> {
  args: (string | undefined)[];
  flags: Flags & Common;
  signal: AbortSignal;
}

/** `bootdev` alone: the wizard and then the replica, or the status where there are settings already. */
export async function start(call: Call) {
  const dir = await folder(call);
  if (await hasSettings(dir)) return status(call);
  if (call.flags.json || !canDraw()) throw noSettings(dir);
  if (!(await wizard(dir, call))) return exitCode.usage;
  return up(call);
}

export async function up(call: Call<{ newDatabase?: boolean }>) {
  const { newDatabase = false } = call.flags;
  const verb = await import('../replica/up/up.ts');
  await show(verb.up(await open(call), { newDatabase }), call);
}

export async function down(call: Call<{ volumes?: boolean; yes?: boolean }>) {
  const { volumes = false, yes = false } = call.flags;
  const asking = volumes && !yes;
  if (asking && !isInteractive()) throw notInteractive('bootdev down --volumes --yes');
  const context = await open(call);
  if (asking && !(await ask(`Delete the database and all files of ${context.settings.site.name}?`, call.signal))) {
    throw new UserError('Nothing was changed.', { code: exitCode.usage });
  }
  const verb = await import('../replica/down.ts');
  await show(verb.down(context, { volumes }), call);
}

export async function prune(call: Call<{ yes?: boolean }>) {
  const { yes = false } = call.flags;
  if (!yes && !isInteractive()) throw notInteractive('bootdev prune --yes');
  const context = await open(call);
  const verb = await import('../replica/disk.ts');
  const use = await verb.diskUse(context);
  const names = [...use.old.map(({ name }) => name), ...use.oldPackages.map(({ name }) => `packages ${name}`)];
  const list = names.map((name) => `  ${name}\n`).join('');
  if (names.length > 0 && !yes && !(await ask(`${list}Delete these ${names.length}?`, call.signal))) {
    throw new UserError('Nothing was changed.', { code: exitCode.usage });
  }
  await show(verb.prune(context, use), call);
}

export async function status(call: Call<{ watch?: boolean; disk?: boolean }>) {
  if (call.flags.disk) {
    const { disk } = await import('../replica/disk.ts');
    return show(disk(await open(call)), call);
  }
  const verb = await import('../replica/status.ts');
  return show(verb.status(await open(call), { watch: call.flags.watch ?? false }), call);
}

export async function logs(call: Call<{ follow?: boolean; tail?: number; program?: string; grep?: string }>) {
  const [machine] = call.args;
  const { follow = false, tail, program, grep } = call.flags;
  const verb = await import('../replica/logs.ts');
  await show(verb.logs(await open(call), { machine, follow, tail, program, grep }), call);
}

export async function exec(call: Call) {
  const [machine = '', command = []] = call.args as [string?, string[]?];
  const verb = await import('../replica/exec.ts');
  return verb.exec(await open(call), machine, command, { tty: isInteractive() });
}

export async function scale(call: Call) {
  const [, count] = /^web=([1-6])$/.exec(call.args[0] ?? '') ?? [];
  if (!count) {
    throw new UserError(`"${call.args[0]}" is no number of web machines.`, {
      hint: 'bootdev scale web=4   (1 to 6)',
      code: exitCode.usage,
    });
  }
  const verb = await import('../replica/scale.ts');
  await show(verb.scale(await open(call), { web: Number(count) }), call);
}

export async function openSite(call: Call) {
  const [name] = call.args;
  const verb = await import('../replica/open.ts');
  await show(verb.open(await open(call), name === undefined ? {} : { name }), call);
}

export async function trust(call: Call<{ remove?: boolean; yes?: boolean }>) {
  const { remove = false, yes = false } = call.flags;
  const asking = isInteractive() ? { ask: (question: string) => ask(question, call.signal) } : {};
  const verb = await import('../replica/trust.ts');
  await show(verb.trust(await open(call), { remove, yes, ...asking }), call);
}

export async function doctor(call: Call<{ fix?: boolean; yes?: boolean }>) {
  const { fix = false, yes = false } = call.flags;
  const asking = isInteractive() ? { ask: (question: string) => ask(question, call.signal) } : {};
  const verb = await import('../doctor/doctor.ts');
  return show(verb.doctor({ fix, yes, signal: call.signal, ...asking }), call);
}

export async function config(call: Call<{ defaults?: boolean }>) {
  const [path] = call.args;
  const { defaults = false, json } = call.flags;
  const { configRows, configText, defaultRows } = await import('../settings/config.ts');
  const rows = defaults ? defaultRows(path) : configRows(await load(call), path);
  const text = json ? JSON.stringify(rows, null, 2) : configText(rows, defaults ? 'description' : 'origin');
  process.stdout.write(`${text}\n`);
}

export async function bundle(call: Call<{ out: string }>) {
  const { writeBundle } = await import('../project/write-bundle.ts');
  const { packageRoot } = await import('../project/paths.ts');
  const { readSources } = await import('../project/sources.ts');
  const { settings } = await load(call);
  const sources = await readSources(packageRoot);
  await show(writeBundle({ settings, sources }, { out: resolve(call.flags.out) }), call);
}

export async function init(call: Call<{ yes?: boolean }>) {
  const dir = await folder(call);
  const file = join(dir, 'bootdev.yaml');
  if (await hasSettings(dir)) {
    const hint = 'change it in an editor, then: bootdev up';
    throw new UserError(`${file} is there already.`, { hint, code: exitCode.usage });
  }
  if (!call.flags.yes && call.flags.set.length === 0) {
    if (!canDraw()) throw notInteractive('bootdev init --yes');
    return (await wizard(dir, call)) ? exitCode.done : exitCode.usage;
  }
  const { answersOf } = await import('../settings/load.ts');
  const { writeSettings } = await import('../settings/write.ts');
  await writeSettings(dir, answersOf(call.flags.set));
  process.stderr.write(`Wrote ${file}\nnext: bootdev up\n`);
  return exitCode.done;
}

async function open(call: Call): Promise<Context> {
  const dir = await folder(call);
  await requireSettings(dir);
  const { env, set } = call.flags;
  const { openProject } = await import('../project/context.ts');
  const context = await openProject({ dir, set, signal: call.signal, ...(env ? { env } : {}) });
  const { writeJsonSchema } = await import('../settings/write.ts');
  await writeJsonSchema(dir); // after a clone, or by a newer bootdev
  return context;
}

/** Any setting may be missing, the file may not: a replica in the wrong folder would be a surprise. */
export async function requireSettings(dir: string): Promise<void> {
  if (!(await hasSettings(dir))) throw noSettings(dir);
}

async function load(call: Call) {
  const { loadSettings } = await import('../settings/load.ts');
  return loadSettings({ dir: await folder(call), set: call.flags.set });
}

export async function show<Result>(events: AsyncGenerator<Event, Result>, { flags, signal }: Call): Promise<Result> {
  const screen = await import('../screen/show.tsx');
  return screen.show(events, { json: flags.json, signal });
}

/** Whether the wizard has a screen; a line can be asked on less. */
const canDraw = () => chooseMode({ stdin: process.stdin, stdout: process.stdout, env: process.env }) === 'ink';

/** True when it wrote bootdev.yaml, false when the person left it. */
async function wizard(dir: string, { signal }: Call): Promise<boolean> {
  const { runWizard } = await import('../wizard/run.tsx');
  return (await runWizard({ dir, signal })) === 'written';
}

export async function folder({ flags }: Call): Promise<string> {
  const dir = resolve(flags.projectDir);
  if (await isFolder(dir)) return dir;
  throw new UserError(`${flags.projectDir} is not a folder.`, {
    hint: `mkdir -p ${flags.projectDir}`,
    code: exitCode.usage,
  });
}

const hasSettings = async (dir: string) => (await readText(join(dir, 'bootdev.yaml'))) !== undefined;
