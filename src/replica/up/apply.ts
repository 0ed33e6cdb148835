import { UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Container, DockerEngine } from '../../io/docker.ts';

/** A machine that runs and needs another bundle or target. */
export interface Change {
  name: string;
  container: Container;
  digest: string;
  target: string;
}

const tool = (digest: string) => `/bundle/${digest}/bin/machine`;

/** Asks one machine of each kind whether the new files would work there. Throws UserError with the machine's own words; nothing was changed. */
export async function checkChanges(docker: DockerEngine, changes: Change[]): Promise<void> {
  const first = new Map(changes.map((change) => [change.container.service, change]).reverse() as [string, Change][]);
  await Promise.all(
    [...first.values()].map(async ({ name, container, digest, target }) => {
      const { code, stdout, stderr } = await docker.exec(container.id, [tool(digest), 'check', digest, target]);
      if (code !== 0) {
        throw new UserError(
          `The new configuration does not hold on ${name}; the running one was kept.\n${indent(stdout + stderr)}`,
          {
            hint: 'mend the line above, then: bootdev up',
          },
        );
      }
    }),
  );
}

/** Takes the new files into force: machines of a kind one after the other, each healthy again before the next; kinds side by side. */
export async function* applyChanges(docker: DockerEngine, changes: Change[]): AsyncGenerator<Event, void> {
  for (const change of changes) {
    const { name, container, digest, target } = change;
    const started = performance.now();
    yield { type: 'machine', name, state: 'applying', text: 'taking the new files into force' };
    const { code, stdout, stderr } = await docker.exec(container.id, [tool(digest), 'apply', digest, target], {
      timeout: 60_000,
    });
    if (code !== 0) {
      throw new UserError(`${name} did not take the new files.\n${indent(stdout + stderr)}`, {
        hint: `bootdev logs ${name}`,
      });
    }
    await untilHealthy(docker, change);
    yield { type: 'machine', name, state: 'healthy', seconds: (performance.now() - started) / 1000 };
  }
}

async function untilHealthy(docker: DockerEngine, { name, container }: Change): Promise<void> {
  let said = '';
  for (const end = performance.now() + 60_000; performance.now() < end; ) {
    const { code, stdout, stderr } = await docker.exec(container.id, ['/etc/bootdev/current/bin/machine', 'health'], {
      timeout: 10_000,
    });
    if (code === 0) return;
    said = stdout + stderr;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new UserError(`${name} is not healthy with the new files.\n${indent(said)}`, { hint: `bootdev logs ${name}` });
}

const indent = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .slice(-12)
    .map((line) => `    ${line}`)
    .join('\n');
