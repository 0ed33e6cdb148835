import { expect, it } from 'vitest';
import { exec } from '../../src/replica/exec.ts';
import { newReplica } from './replica.ts';

it('runs a command on the machine that was named, or a shell; a kind alone means its first', async () => {
  const replica = await newReplica();
  await replica.up();
  replica.engine.did.length = 0;
  const context = await replica.open();
  expect(await exec(context, 'web-2', ['php', '-v'])).toBe(0);
  expect(await exec(context, 'web', [], { tty: true })).toBe(0);
  expect(replica.engine.did).toEqual(['exec web-2: site php -v', 'exec web-1: site bash (tty)']);
});

it.each([
  ['as root where that is asked for', 'web-1', ['id'], { root: true }, 'env id'],
  ['as root where there is no site', 'mysql', ['mysql', 'site'], {}, 'env mysql site'],
  ['a line through a shell', 'web-1', ['ls -la /srv | head'], {}, 'site bash -c ls -la /srv | head'],
  ['words as they are', 'admin', ['php', '-r', 'echo 1;'], {}, 'site php -r echo 1;'],
  ['words after a --', 'web-2', ['--', 'ls', '-l'], {}, 'site ls -l'],
])('runs %s', async (_, machine, command, options, ran) => {
  const replica = await newReplica();
  await replica.up();
  replica.engine.did.length = 0;
  expect(await exec(await replica.open(), machine, command, options)).toBe(0);
  expect(replica.engine.did.map((line) => line.replace(/^\S+ \S+ /, ''))).toEqual([ran]);
});

it('refuses a machine that there is not, with the ones that there are', async () => {
  const replica = await newReplica();
  await replica.up();
  await expect(exec(await replica.open(), 'web-9', [])).rejects.toMatchObject({
    ...{ code: 2, message: 'There is no machine "web-9".' },
    hint: expect.stringContaining('one of: admin, lb, mail, memcached-1'),
  });
});

it('refuses one that is stopped, and a replica that is not there', async () => {
  const replica = await newReplica();
  await expect(exec(await replica.open(), 'web', [])).rejects.toMatchObject({ message: 'The replica is not running.' });
  await replica.up();
  replica.engine.kill('web-1');
  await expect(exec(await replica.open(), 'web', [])).rejects.toMatchObject({
    ...{ message: 'web-1 is not running.', hint: 'bootdev up' },
  });
});

it('ends on the machine what its client has left there', async () => {
  const replica = await newReplica();
  await replica.up();
  replica.engine.did.length = 0;
  replica.engine.attachedCode = 141;
  expect(await exec(await replica.open(), 'web-1', ['yes'])).toBe(141);
  expect(replica.engine.did).toEqual(['exec web-1: site yes', 'end web-1: BOOTDEV_COMMAND=']);
  replica.engine.attachedCode = 1;
  expect(await exec(await replica.open(), 'web-1', ['false'])).toBe(1);
  expect(replica.engine.did.at(-1)).toBe('exec web-1: site false');
});
