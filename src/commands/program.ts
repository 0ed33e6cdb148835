/** The table of commands, in the groups and the order of `bootdev --help`. */
import { CommanderError, type Command as Parser } from 'commander';
import { exitCode, UserError } from '../errors.ts';
import { version } from '../version.ts';
import { data } from './aws/data.ts';
import { destroy } from './aws/destroy.ts';
import { openSite } from './aws/open-site.ts';
import { parity } from './aws/parity.ts';
import { promote } from './aws/promote.ts';
import { ssh } from './aws/ssh.ts';
import { watch } from './aws/watch.ts';
import type { Command } from './command.ts';
import { deploy } from './deploy/deploy.ts';
import { key } from './deploy/key.ts';
import { releases } from './deploy/releases.ts';
import { commonGroup, flagsOf, makeParser, parserOf, withCommon } from './flags.ts';
import { fromHere } from './here.ts';
import { down } from './replica/down.ts';
import { exec } from './replica/exec.ts';
import { logs } from './replica/logs.ts';
import { open } from './replica/open.ts';
import { prune } from './replica/prune.ts';
import { run as runTool } from './replica/run.ts';
import { scale } from './replica/scale.ts';
import { size } from './replica/size.ts';
import { status } from './replica/status.ts';
import { trust } from './replica/trust.ts';
import { up } from './replica/up.ts';
import { upgrade } from './replica/upgrade.ts';
import { xdebug } from './replica/xdebug.ts';
import { check } from './site/check.ts';
import { db } from './site/db.ts';
import { features } from './site/features.ts';
import { files } from './site/files.ts';
import { jobs } from './site/jobs.ts';
import { mail } from './site/mail.ts';
import { purge } from './site/purge.ts';
import { secret } from './site/secret.ts';
import { site } from './site/site.ts';
import { undo } from './site/undo.ts';
import { warm } from './site/warm.ts';
import { why } from './site/why.ts';
import { bundle } from './start/bundle.ts';
import { config } from './start/config.ts';
import { doctor } from './start/doctor.ts';
import { init } from './start/init.ts';
import { lvs } from './start/lvs.ts';
import { start } from './start/start.ts';
import { composer } from './tools/composer.ts';
import { drush } from './tools/drush.ts';
import { mysql } from './tools/mysql.ts';
import { npm } from './tools/npm.ts';
import { php } from './tools/php.ts';
import { wp } from './tools/wp.ts';
import { failureJson, unknownCommand } from './usage.ts';

export const commands: Readonly<Record<string, readonly Command[]>> = {
  Start: [init, config, doctor, bundle, lvs],
  Replica: [up, down, status, logs, exec, runTool, scale, size, open, xdebug, upgrade, trust, prune],
  Deploy: [deploy, releases, key],
  Site: [site, check, features, files, db, secret, mail, undo, purge, warm, jobs, why],
  Tools: [composer, npm, php, drush, wp, mysql],
  AWS: [promote, openSite, data, watch, parity, ssh, destroy],
};

/** Runs one command line; returns the exit code. Throws UserError. */
export async function run(line: readonly string[], signal: AbortSignal): Promise<number> {
  let code: number = exitCode.done;
  let json = false;
  const act = async (command: Pick<Command, 'run'>, ...parsers: Parser[]) => {
    await settle();
    const flags = flagsOf(...parsers);
    json = flags.json;
    const names = Object.values(commands).flatMap((members) => members.map(({ name }) => name));
    const cloud = (commands.AWS ?? []).map(({ name }) => name);
    const name = parsers.at(-1)?.name() ?? '';
    const onAws = 'on' in flags ? [...cloud, name] : cloud;
    const say = fromHere({ folder: flags.projectDir, env: onAws.includes(name) ? flags.env : undefined }, names, onAws);
    const call = { line, args: parsers.at(-1)?.processedArgs ?? [], flags, signal, say };
    try {
      code = toCode(await command.run(call));
    } catch (error) {
      if (error instanceof UserError) error.hint = say(error.hint);
      throw error;
    }
  };

  const program = withCommon(makeParser('bootdev'))
    .description(
      'The infrastructure of a large PHP site: a replica on this computer, and the same in your AWS account.',
    )
    .optionsGroup(commonGroup)
    .version(version, '-V, --version', 'Print the version')
    .enablePositionalOptions() // so that `exec web-1 ls --help` leaves --help to ls
    .allowExcessArguments() // a first word that is not a command gets our own answer
    .configureHelp({ subcommandTerm: (parser) => `${parser.name()} ${parser.usage().replace(/^\[options\] ?/, '')}` })
    .addHelpText('after', afterHelp)
    .action(async () => {
      const [word] = program.args;
      if (word !== undefined) throw unknownCommand(word, program);
      await act({ run: start }, program);
    });
  for (const [group, members] of Object.entries(commands)) {
    for (const command of members) {
      const parser = parserOf(command).helpGroup(`${group}:`);
      program.addCommand(parser.action(() => act(command, program, parser)));
    }
  }
  program.addCommand(helpParser(program), { hidden: true });

  try {
    await program.parseAsync(line, { from: 'user' });
  } catch (error) {
    if (json && error instanceof UserError) process.stdout.write(`${failureJson(error)}\n`);
    if (!(error instanceof CommanderError)) throw error; // else it has printed the help or the version, and ends
  }
  return code;
}

const afterHelp = `
Without a command: the wizard in a folder without bootdev.yaml, otherwise the status.
Options of a command: bootdev help <command>`;

/** `bootdev help up`; not in the list, which is the table's. */
function helpParser(program: Parser): Parser {
  const parser = makeParser('help').description('Show help for a command').argument('[command]');
  return parser.action((name?: string) => {
    const about = name === undefined ? program : program.commands.find((command) => command.name() === name);
    if (!about) throw unknownCommand(name ?? '', program, 'bootdev help');
    about.outputHelp();
  });
}

/** What everything that a command starts relies on: a folder to be in, and a home (AWS's SDK, docker). Throws UserError. */
async function settle(): Promise<void> {
  try {
    process.cwd();
  } catch {
    throw new UserError('The folder this terminal is in was deleted.', {
      hint: 'cd to another one',
      code: exitCode.usage,
    });
  }
  const { home } = await import('../io/environment/home.ts');
  process.env.HOME = home();
}

/** A verb's result as exit code: false is a check that failed. */
function toCode(result: unknown): number {
  if (typeof result === 'number') return result;
  return result === false ? exitCode.failed : exitCode.done;
}
