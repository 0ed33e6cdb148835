import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Container, DockerEngine } from '../../io/docker.ts';
import type { Io } from '../../io/io.ts';
import type { Change } from './diff.ts';

const tool = (digest: string) => `/bundle/${digest}/bin/machine`;

/** Asks one machine of each kind whether the new files are valid there. Throws UserError with the machine's own words; nothing was changed. */
export async function checkChanges(docker: DockerEngine, changes: Change[]): Promise<void> {
  const first = new Map(changes.map((change) => [change.container.service, change]).reverse() as [string, Change][]);
  await Promise.all(
    [...first.values()].map(async ({ name, container, digest, target }) => {
      const { code, stdout, stderr } = await docker.exec(container.id, [tool(digest), 'check', digest, target]);
      if (code !== 0) {
        throw new UserError(
          `The new configuration is not valid on ${name}; the running one was kept.\n${indent(stdout + stderr)}`,
          { hint: 'fix the line above, then: bootdev up' },
        );
      }
    }),
  );
}

/** Activates the new files, one machine after the other, each healthy again before the next. */
export async function* applyChanges(io: Pick<Io, 'docker' | 'clock'>, changes: Change[]): AsyncGenerator<Event, void> {
  const { docker, clock } = io;
  for (const change of changes) {
    const { name, container, digest, target } = change;
    const started = clock.now();
    yield { type: 'machine', name, state: 'applying', text: 'activating the new files' };
    const { code, stdout, stderr } = await docker.exec(container.id, [tool(digest), 'apply', digest, target], {
      timeout: 60_000,
    });
    if (code !== 0) {
      throw new UserError(`${name} did not activate the new files.\n${indent(stdout + stderr)}`, {
        hint: `bootdev logs ${name}`,
      });
    }
    await untilHealthy(io, change);
    yield { type: 'machine', name, state: 'healthy', seconds: (clock.now() - started) / 1000 };
  }
}

/** Tells the machines that serve the site's code that another release is there: each takes it at once, without losing a request. */
export async function announceRelease(
  docker: DockerEngine,
  machines: readonly { name: string; container: Container }[],
): Promise<void> {
  await Promise.all(
    machines.map(async ({ name, container: { id } }) => {
      const { code, stdout, stderr } = await docker.exec(id, ['/etc/bootdev/current/bin/machine', 'release']);
      if (code === 0) return;
      throw new UserError(`${name} did not take the new release.\n${indent(stdout + stderr)}`, {
        hint: `bootdev logs ${name}`,
      });
    }),
  );
}

async function untilHealthy(io: Pick<Io, 'docker' | 'clock'>, { name, container }: Change): Promise<void> {
  const { docker, clock } = io;
  let answer = '';
  for (const end = clock.now() + 60_000; clock.now() < end; ) {
    const { code, stdout, stderr } = await docker.exec(container.id, ['/etc/bootdev/current/bin/machine', 'health'], {
      timeout: 10_000,
    });
    if (code === 0) return;
    answer = stdout + stderr;
    await clock.pause(200);
  }
  throw new UserError(`${name} is not healthy with the new files.\n${indent(answer)}`, {
    hint: `bootdev logs ${name}`,
  });
}

const indent = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .slice(-12)
    .map((line) => `    ${line}`)
    .join('\n');
