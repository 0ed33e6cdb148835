/**
 * What changes AWS asks first; where nobody can be asked it takes --yes, and changes nothing without it. What a failed run left:
 * failures.test.ts.
 */
import { expect, test } from 'vitest';
import { installProgram, site, yes } from './site.ts';

installProgram();

test('promote, destroy and --cancel without --yes: exit code 2, what to type, in the same environment; nothing changed', async () => {
  const { aws, run } = await site();
  aws.script.outputs.set('shop-staging-edge', { SiteUrl: `${aws.url}/` });
  const staging = ['--env', 'staging'];
  const ttl = ['--set', 'cache.ttl=33'];
  const state = () => aws.cloudformation.stacks.map(({ name, status }) => `${name} ${status}`);
  const expectRefused = async (line: string[], hint: string) => {
    const before = state();
    const { code, stderr } = await run(line);
    expect(stderr).toMatch(/bootdev: --yes is required when not running interactively\.\n.*$/);
    expect({ code, hint: stderr.split('  → ').at(-1) }).toEqual({ code: 2, hint });
    expect(state()).toEqual(before);
  };

  expect((await run([...staging, ...yes])).code).toBe(0);
  const promote = [...staging, 'promote', '--unrehearsed', ...ttl];
  await expectRefused(promote, `bootdev ${promote.join(' ')} --yes`);
  const destroy = [...staging, 'destroy'];
  await expectRefused(destroy, 'bootdev --env staging destroy --yes --confirm shop-staging');
  const one = [...destroy, '--part', 'search'];
  await expectRefused(one, 'bootdev --env staging destroy --part search --yes --confirm shop-staging');

  aws.script.hold.add('shop-staging-web/WebGroup');
  await run([...staging, ...yes, '--detach', ...ttl]);
  expect(aws.stack('shop-staging-web').status).toBe('UPDATE_IN_PROGRESS');
  await expectRefused([...staging, 'promote', '--cancel'], 'bootdev --env staging promote --cancel --yes');
});
