/** The commands: their names, arguments and flags. What they do stands in actions.ts and actions-cloud/. */
import { Command, CommanderError } from 'commander';
import { exitCode, UserError } from '../errors.ts';
import { version } from '../version.ts';
import * as actions from './actions.ts';
import { destroy } from './aws/destroy.ts';
import { parity } from './aws/parity.ts';
import { promote } from './aws/promote.ts';
import { watch } from './aws/watch.ts';
import { type Common, flagsOf, wholeNumber, withCommon } from './flags.ts';
import { failureJson, unknownCommand } from './usage.ts';

/** Runs one command line; returns the exit code. Throws UserError. */
export async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  let code: number = exitCode.done;
  let json = false;

  async function act<Flags>(action: (call: actions.Call<Flags>) => Promise<unknown>, ...commands: Command[]) {
    const flags = flagsOf<Flags & Common>(...commands);
    json = flags.json;
    code = toCode(await action({ args: commands.at(-1)?.processedArgs ?? [], flags, signal }));
  }

  const program = withCommon(new Command('bootdev'))
    .description('The infrastructure of a large PHP site: a replica here, and the same in your AWS account.')
    .version(version, '-V, --version', 'say the version')
    .helpCommand('help [command]', 'Say more about a command')
    .helpOption('-h, --help', 'say what there is')
    .enablePositionalOptions() // so that `exec web-1 ls --help` leaves --help to ls
    .allowExcessArguments() // a first word that is no command gets our own answer
    .addHelpText('after', '\nWithout a command: the wizard in a folder without bootdev.yaml, else the status.')
    .action(async () => {
      const [word] = program.args;
      if (word !== undefined) throw unknownCommand(word, program);
      await act(actions.start, program);
    });

  function command<Flags>(
    name: string,
    description: string,
    action: (call: actions.Call<Flags>) => Promise<unknown>,
  ): Command {
    const made = withCommon(program.command(name))
      .description(description)
      .allowExcessArguments(false)
      .helpOption('-h, --help', 'say what it takes');
    return made.action(() => act(action, program, made));
  }

  command('up', 'Make the replica what the settings say', actions.up) //
    .option('--new-database', 'begin an empty database where the data is of another engine; that stays beside it');

  command('down', 'Stop the replica; its data stays', actions.down)
    .option('--volumes', 'delete its data too: database, objects, files')
    .option('-y, --yes', 'do not ask');

  command('status', 'Each machine: state, programs, configuration', actions.status)
    .option('-w, --watch', 'look again every two seconds, until Ctrl-C')
    .option('--disk', 'instead: what the replica holds on the disk');

  command('prune', 'Delete old images that nothing uses, and packages taken out of them', actions.prune) //
    .option('-y, --yes', 'do not ask');

  command('parity', 'Compare settings, replica and AWS: every machine, every file', parity) //
    .option('--replica', 'the replica alone, also where a region is set');

  command('logs', 'What the machines say', actions.logs)
    .argument('[machine]', 'such as web-2; all machines without it')
    .option('-f, --follow', 'go on until Ctrl-C')
    .option('-n, --tail <lines>', 'how many of the last lines of each machine', wholeNumber)
    .option('-p, --program <name>', 'only lines of one program, such as php-fpm')
    .option('-g, --grep <text>', 'only lines with this text, such as a request id');

  command('exec', 'Run a command on a machine; a shell without one', actions.exec)
    .argument('<machine>', 'such as admin or web-2')
    .argument('[command...]', 'the command with its own flags')
    .passThroughOptions();

  command('scale', 'More or fewer web machines, as traffic asks', actions.scale) //
    .argument('<web=N>', 'such as web=4; web.count in bootdev.yaml stays the normal size');

  command('open', 'Open the site in the browser', actions.openSite) //
    .argument('[name]', 'another address: mail, s3, status');

  command('promote', 'Bring the identical configuration to AWS: plan, ask, apply', promote)
    .option('--plan', 'only show what would change; nothing stays behind')
    .option('-y, --yes', 'do not ask; where data could be lost, --confirm is needed too')
    .option('--confirm <name>', 'the name of the project in its environment, such as shop-production')
    .option('--unrehearsed', 'also what no replica has shown to work; it is logged')
    .option('--detach', 'end as soon as AWS can finish alone')
    .option('--watch', 'instead: see what is going on in AWS')
    .option('--cancel', 'instead: take back what is going on in AWS')
    .option('--new-image', "Debian's newest image for web and admin machines")
    .option('--adopt <id>', 'stacks that were made from another folder of the same site');

  command('watch', 'What is going on in AWS, until it is over', watch);

  command('destroy', 'Delete everything of an environment in AWS', destroy)
    .option('--dry-run', 'only show what would go and what stays')
    .option('--part <part>', 'one stack only, such as search')
    .option('-y, --yes', 'do not ask; --confirm is needed too')
    .option('--confirm <name>', 'the name of the project in its environment, such as shop-production')
    .option('--adopt <id>', 'stacks that were made from another folder of the same site');

  command('trust', "Let this computer trust the site's certificate", actions.trust)
    .option('--remove', 'trust it no longer')
    .option('-y, --yes', 'do not ask');

  command('doctor', 'Look whether this machine has what a replica needs', actions.doctor)
    .option('--fix', 'mend what is missing; each command is shown first')
    .option('-y, --yes', 'do not ask');

  command('config', 'Each setting, its value, and where that comes from', actions.config)
    .argument('[path]', 'a setting or a section: cache.ttl, cache')
    .option('--defaults', 'all there is to set, with defaults and meaning; reads no file');

  command('bundle', 'Write every configuration file of every machine', actions.bundle) //
    .requiredOption('-o, --out <dir>', 'a folder that does not exist yet');

  command('init', 'Write bootdev.yaml: the wizard, or --set and --yes without one', actions.init) //
    .option('-y, --yes', 'take the default of every setting that --set does not name');

  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (json && error instanceof UserError) process.stdout.write(`${failureJson(error)}\n`);
    if (!(error instanceof CommanderError)) throw error; // else it has said the help or the version, and ends
  }
  return code;
}

/** A verb's result as exit code: false is a check that failed. */
function toCode(result: unknown): number {
  if (typeof result === 'number') return result;
  return result === false ? exitCode.failed : exitCode.done;
}
