import { expect, it, test } from 'vitest';
import { installSite } from '../../../src/replica/site/install.ts';
import { light, newReplica, play } from '../replica.ts';

const asked = { title: "Ann's shop", user: 'ann', mail: 'ann@example.org', password: 'a "secret" ü' };

async function shop(application = 'wordpress') {
  const replica = await newReplica(`${light}application: ${application}\n`);
  return { ...replica, install: async () => play(installSite(await replica.open(), asked)) };
}

it('hands over what is asked for on standard input, and says where to sign in', async () => {
  const { up, install, engine } = await shop();
  await up();
  const { events, result, error } = await install();
  expect(error).toBeUndefined();
  expect(engine.installed).toEqual(asked);
  expect(result).toBe('https://shop.localhost/login');
  expect(events.at(-1)).toEqual({ type: 'done', text: 'WordPress is installed: https://shop.localhost/login' });
  expect(JSON.stringify([events, engine.did, engine.commands])).not.toContain('secret');
});

it('refuses where tables are', async () => {
  const { up, install, engine } = await shop();
  await up();
  await install();
  engine.installed = { title: 'the first' };
  expect((await install()).error).toMatchObject({
    message: 'The site is installed already: its database has tables.',
    hint: expect.stringContaining('bootdev down --volumes'),
  });
  expect(engine.installed).toEqual({ title: 'the first' });
});

it("fails with the application's own last lines", async () => {
  const { up, install, engine } = await shop();
  await up();
  engine.installFails = `${Array.from({ length: 20 }, (_, at) => `line ${at}`).join('\n')}\n`;
  const { events, error } = await install();
  expect(error?.message).toMatch(/^WordPress was not installed:\n {2}line 12\n(?: {2}line \d+\n)+ {2}line 19$/);
  expect(events.at(-1)).toMatchObject({ type: 'step', state: 'failed' });
});

test('an application that cannot, a replica that does not run', async () => {
  const php = await shop('php');
  await php.up();
  expect((await php.install()).error).toMatchObject({
    message: expect.stringMatching(/^bootdev cannot install .+ unattended\.$/),
    code: 2,
  });
  const { up, install, engine } = await shop();
  expect((await install()).error).toMatchObject({ message: 'The replica is not running.', hint: 'bootdev up' });
  await up();
  engine.kill('admin');
  expect((await install()).error).toMatchObject({ message: 'admin is not running.', hint: 'bootdev up' });
});
