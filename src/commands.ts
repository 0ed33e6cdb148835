/** The commands: names and flags, and which verb each one wires to the screen. Every verb is loaded when it is called. */
import { join, resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { exitCode, UserError } from './errors.ts';
import type { Event } from './events.ts';
import { type Common, flagsOf, wholeNumber, withCommon } from './flags.ts';
import { isFolder, readText } from './io/files.ts';
import { ask, isInteractive } from './io/terminal.ts';
import type { Context } from './project/context.ts';
import { unknownCommand } from './usage.ts';
import { version } from './version.ts';

/** Runs one command line; returns the exit code. Throws UserError. */
export async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  let code: number = exitCode.done;
  const program = withCommon(new Command('bootdev'))
    .description(
      'The infrastructure of a large PHP site: a replica on this machine, later the same in your AWS account.',
    )
    .version(version, '-V, --version')
    .helpCommand('help [command]', 'Say more about a command')
    .helpOption('-h, --help', 'Say what there is')
    .enablePositionalOptions() // so that `exec web-1 ls --help` leaves --help to ls
    .allowExcessArguments()
    .addHelpText('after', '\nWithout a command: the wizard in a folder without bootdev.yaml, else the status.');

  /** Registers a command; `action` gets its arguments, its flags and the common ones. */
  function command<Flags>(
    usage: string,
    description: string,
    action: (args: (string | undefined)[], flags: Flags & Common) => Promise<unknown>,
  ): Command {
    const made = withCommon(program.command(usage))
      .allowExcessArguments(false)
      .description(description)
      .helpOption('-h, --help', 'Say what it takes');
    return made.action(async () => {
      code = toCode(await action(made.processedArgs as string[], flagsOf<Flags>(program, made)));
    });
  }

  const open = async ({ projectDir, env, set }: Common): Promise<Context> => {
    const { openProject } = await import('./project/context.ts');
    return openProject({ dir: await folder(projectDir), set, signal, ...(env ? { env } : {}) });
  };
  const show = async <Result>(events: AsyncGenerator<Event, Result>, { json }: Common): Promise<Result> => {
    const screen = await import('./screen/show.tsx');
    return screen.show(events, { json, signal });
  };

  const up = async (flags: Common) => {
    const verb = await import('./replica/up.ts');
    await show(verb.up(await open(flags)), flags);
  };
  const status = async (flags: Common & { watch?: boolean }) => {
    const verb = await import('./replica/status.ts');
    return show(verb.status(await open(flags), { watch: flags.watch ?? false }), flags);
  };
  const wizard = async (flags: Common) => {
    const { runWizard } = await import('./wizard/run.tsx');
    return runWizard({ dir: await folder(flags.projectDir), signal });
  };

  program.action(async () => {
    const flags = flagsOf<object>(program);
    const [unknown] = program.args;
    if (unknown !== undefined) throw unknownCommand(unknown, program);
    if ((await readText(join(await folder(flags.projectDir), 'bootdev.yaml'))) !== undefined) {
      code = toCode(await status(flags));
    } else if (!isInteractive() || flags.json) {
      throw new UserError('There is no bootdev.yaml here, and no terminal to ask on.', {
        hint: 'bootdev init --yes takes the defaults; --set name=value chooses (bootdev config --defaults lists them)',
        code: exitCode.usage,
      });
    } else if ((await wizard(flags)) === 'written') await up(flags);
    else code = exitCode.usage;
  });

  command<object>('up', 'Make the replica what the settings say', (_args, flags) => up(flags));

  command<{ volumes?: boolean; yes?: boolean }>('down', 'Stop the replica; its data stays', async (_args, flags) => {
    const context = await open(flags);
    if (flags.volumes && !flags.yes)
      await confirm(`Delete the database and all files of ${context.settings.site.name}?`, signal);
    const { down } = await import('./replica/down.ts');
    await show(down(context, { volumes: flags.volumes ?? false }), flags);
  })
    .option('--volumes', 'delete its data too: database, objects, files')
    .option('-y, --yes', 'do not ask');

  command<{ watch?: boolean }>('status', 'Each machine: state, programs, configuration', (_args, flags) =>
    status(flags),
  ) //
    .option('-w, --watch', 'look again every two seconds, until Ctrl-C');

  command<{ follow?: boolean; tail: number }>('logs', 'What the machines say', async ([machine], flags) => {
    const { logs } = await import('./replica/logs.ts');
    await show(logs(await open(flags), { machine, follow: flags.follow ?? false, tail: flags.tail }), flags);
  })
    .argument('[machine]', 'such as web-2; all machines without it')
    .option('-f, --follow', 'go on until Ctrl-C')
    .option('-n, --tail <lines>', 'how many of the last lines', wholeNumber, 100);

  command<object>('exec', 'Run a command on a machine; a shell without one', async (args, flags) => {
    const [machine = '', rest] = args as [string?, string[]?];
    const { exec } = await import('./replica/exec.ts');
    return exec(await open(flags), machine, rest ?? [], { tty: isInteractive() });
  })
    .argument('<machine>', 'such as admin or web-2')
    .argument('[command...]', 'the command with its own flags')
    .passThroughOptions();

  command<object>('open', 'Open the site in the browser', async ([name], flags) => {
    const verb = await import('./replica/open.ts');
    await show(verb.open(await open(flags), name === undefined ? {} : { name }), flags);
  }).argument('[name]', 'another address: mail, s3, status');

  command<{ fix?: boolean; yes?: boolean }>(
    'doctor',
    'Does this machine have what a replica needs?',
    async (_args, flags) => {
      const { doctor } = await import('./doctor/doctor.ts');
      const asking = isInteractive() ? { ask: (question: string) => ask(question, signal) } : {};
      return show(doctor({ fix: flags.fix ?? false, yes: flags.yes ?? false, signal, ...asking }), flags);
    },
  )
    .option('--fix', 'mend what is missing; each command is shown first')
    .option('-y, --yes', 'do not ask');

  command<{ defaults?: boolean }>(
    'config',
    'Each setting, its value, and where that comes from',
    async ([path], flags) => {
      const { configRows, configText, defaultRows } = await import('./settings/config.ts');
      const { loadSettings } = await import('./settings/load.ts');
      const rows = flags.defaults
        ? defaultRows(path)
        : configRows(await loadSettings({ dir: await folder(flags.projectDir), set: flags.set }), path);
      const text = flags.json
        ? JSON.stringify(rows, null, 2)
        : configText(rows, flags.defaults ? 'description' : 'origin');
      process.stdout.write(`${text}\n`);
    },
  )
    .argument('[path]', 'a setting or a section: cache.ttl, cache')
    .option('--defaults', 'all there is to set, with defaults and meaning; reads no file');

  command<{ out: string }>('bundle', 'Write every configuration file of every machine', async (_args, flags) => {
    const { writeBundle } = await import('./project/write-bundle.ts');
    const { packageRoot } = await import('./project/paths.ts');
    const { readSources } = await import('./project/sources.ts');
    const { loadSettings } = await import('./settings/load.ts');
    const { settings } = await loadSettings({ dir: await folder(flags.projectDir), set: flags.set });
    const sources = await readSources(packageRoot);
    await show(writeBundle({ settings, sources }, { out: resolve(flags.out) }), flags);
  }).requiredOption('-o, --out <dir>', 'a folder that does not exist yet');

  command<{ yes?: boolean }>(
    'init',
    'Write bootdev.yaml: the wizard, or --set and --yes without one',
    async (_args, flags) => {
      const dir = await folder(flags.projectDir);
      const file = join(dir, 'bootdev.yaml');
      if ((await readText(file)) !== undefined) {
        throw new UserError(`${file} is there already.`, {
          hint: 'change it in an editor, then: bootdev up',
          code: exitCode.usage,
        });
      }
      if (!flags.yes && flags.set.length === 0) {
        if (!isInteractive()) throw notInteractive('bootdev init --yes');
        return (await wizard(flags)) === 'written' ? exitCode.done : exitCode.usage;
      }
      const { answersOf } = await import('./settings/load.ts');
      const { writeSettings } = await import('./settings/write.ts');
      await writeSettings(dir, answersOf(flags.set));
      process.stderr.write(`Wrote ${file}\nnext: bootdev up\n`);
    },
  ).option('-y, --yes', 'take the default of every setting that --set does not name');

  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error; // it has said the help or the version, and ends
  }
  return code;
}

/** A verb's result as exit code: false is a check that failed. */
function toCode(result: unknown): number {
  if (typeof result === 'number') return result;
  return result === false ? exitCode.failed : exitCode.done;
}

async function folder(path: string): Promise<string> {
  const dir = resolve(path);
  if (await isFolder(dir)) return dir;
  throw new UserError(`${path} is not a folder.`, { hint: `mkdir -p ${path}`, code: exitCode.usage });
}

async function confirm(question: string, signal: AbortSignal): Promise<void> {
  if (!isInteractive()) throw notInteractive('add --yes');
  if (!(await ask(question, signal))) throw new UserError('Nothing was changed.', { code: exitCode.usage });
}

function notInteractive(hint: string): UserError {
  return new UserError('--yes is required when not running interactively.', { hint, code: exitCode.usage });
}
