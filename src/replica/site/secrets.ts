/** Keys of services elsewhere, which the site reads as files (/run/secrets/app). They are in the volume of its secrets, and nowhere else here. */
import { makeTar } from '../../bundle/tar.ts';
import { exitCode, UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Context } from '../../project/context.ts';
import { findRunning, refuseUnlessThere } from '../find.ts';

/** As docker/loader lists them. */
const names = ['map-key'];

/** `name`: of secretNamed. An empty value takes it away. Throws UserError. */
export async function* setSecret(context: Context, name: string, value: string): AsyncGenerator<Event, void> {
  await refuseUnlessThere(context);
  const entry = { path: `secrets/${name}`, mode: '0644', bytes: Buffer.from(value) } as const;
  await context.compose.run(['run', '--rm', '-T', 'loader'], [makeTar([entry])]);
  const text = value === '' ? `${name} is taken away` : `The site has ${name} from its next request on`;
  yield { type: 'done', text: `${text}; a page that the application itself keeps has what it had.` };
}

/** Which are there; no value. */
export async function* listSecrets(context: Context): AsyncGenerator<Event, void> {
  const { container } = await findRunning(context, 'admin');
  const { stdout } = await context.io.docker.exec(container.id, ['ls', '/run/secrets/app']);
  const there = stdout.split(/\s+/);
  const lines = names.map((name) => `${name}   ${there.includes(name) ? 'set' : 'not set'}`);
  yield { type: 'done', text: lines.join('\n') };
}

/** The one that is there by this name. Throws UserError. */
export function secretNamed(name: string | undefined): string {
  if (name !== undefined && names.includes(name)) return name;
  throw new UserError(name === undefined ? 'Which secret?' : `There is no secret "${name}".`, {
    hint: `one of: ${names.join(', ')}`,
    code: exitCode.usage,
  });
}
