/** What another release wants of the database: the application's own updates (docker/apps/<application>/php-cli/update), then code.update. */
import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Context } from '../../project/context.ts';
import { askData } from '../../replica/database/machine.ts';
import { automaticName } from '../../replica/database/snapshot.ts';
import { findRunning } from '../../replica/find.ts';
import { step } from '../../steps.ts';

const HOUR = 3_600_000;
const program = '/etc/bootdev/current/app/update';
/** How the program ends where it cannot know: its words say why, and what to do. */
const unknown = 3;

/** Returns the snapshot of before, where there was something to do. Throws UpdateFailed; the data is then that of the snapshot. */
export async function* update(context: Context): AsyncGenerator<Event, string | undefined> {
  const { settings, sources } = context;
  const hasOwn = sources.docker.has(`apps/${settings.application}/php-cli/update`);
  const own = hasOwn && (yield* pending(context));
  const steps = [
    ...(own ? [{ text: 'update the database', command: [program, 'run'] }] : []),
    ...settings.code.update.map((line) => ({ text: line, command: ['sh', '-euc', line] })),
  ];
  if (steps.length === 0) return undefined;
  const snapshot = automaticName('deploy');
  yield* step({ id: 'snapshot', text: `snapshot ${snapshot}` }, () =>
    askData(context, 'snapshot', snapshot, 'automatic'),
  );
  for (const { text, command } of steps) {
    const { code, said } = yield* step({ id: text, text, failed: (ended) => ended.code !== 0 }, () =>
      run(context, command),
    );
    if (code !== 0) throw new UpdateFailed(text, said, snapshot);
  }
  return snapshot;
}

export class UpdateFailed extends UserError {
  readonly snapshot: string;
  constructor(text: string, said: string, snapshot: string) {
    super(`"${text}" failed:\n${said}`);
    this.snapshot = snapshot;
  }
}

/** Whether the database is older than the code. */
async function* pending(context: Context): AsyncGenerator<Event, boolean> {
  const { code, said, last } = await run(context, [program, 'pending']);
  if (code === unknown) yield { type: 'notice', level: 'info', text: last };
  else if (code !== 0) throw new UserError(`The site does not say whether its database is up to date:\n${said}`);
  return code === 0 && last !== '0';
}

async function run(context: Context, command: string[]) {
  const { container } = await findRunning(context, 'admin');
  const how = { timeout: HOUR, signal: context.signal };
  const { code, stdout, stderr } = await context.io.docker.exec(container.id, ['site', ...command], how);
  const lines = `${stdout}\n${stderr}`.trim().split('\n');
  return {
    code,
    said: lines
      .slice(-10)
      .map((line) => `    ${line}`)
      .join('\n'),
    last: stdout.trim().split('\n').at(-1) ?? '',
  };
}
