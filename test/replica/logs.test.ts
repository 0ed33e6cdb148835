import { expect, it } from 'vitest';
import { logs } from '../../src/replica/logs.ts';
import { up } from '../../src/replica/up/up.ts';
import { newReplica, only, play } from './replica.ts';

async function running() {
  const replica = await newReplica();
  await replica.up();
  const write = (name: string, ...lines: string[]) => replica.engine.machine(name).log.splice(0, 9, ...lines);
  for (const { name } of only((await replica.up()).events, 'machine')) write(name);
  write('lb', 'haproxy | GET / 5f3a');
  write('web-1', 'nginx | GET / 5f3a', 'php-fpm | notice 5f3a', 'nginx | GET /x 77aa');
  write('web-2', 'nginx | GET /y 88bb');
  const read = async (options: Parameters<typeof logs>[1]) => {
    const { events, error } = await play(logs(await replica.open(), options));
    if (error) throw error;
    return only(events, 'log').map(({ source, line }) => `${source} ${line}`);
  };
  return { ...replica, write, read };
}

it('has every machine by its name, without the client’s terminal codes', async () => {
  const { read } = await running();
  expect(await read({})).toEqual([
    'lb haproxy | GET / 5f3a',
    'web-1 nginx | GET / 5f3a',
    'web-1 php-fpm | notice 5f3a',
    'web-1 nginx | GET /x 77aa',
    'web-2 nginx | GET /y 88bb',
  ]);
});

it('is no empty answer where nothing runs', async () => {
  const replica = await newReplica();
  const { error } = await play(logs(await replica.open()));
  expect(error).toMatchObject({ message: 'The replica is not running.', hint: 'bootdev up' });
});

it('has the lines of all machines in the order of time, with it', async () => {
  const { write, open } = await running();
  write('lb', '2026-11-28T12:00:02.000000000Z haproxy | GET /');
  write('web-1', '2026-11-28T12:00:01.000000000Z nginx | GET /', '2026-11-28T12:00:03.000000000Z nginx | GET /x');
  const { events } = await play(logs(await open()));
  expect(only(events, 'log').filter(({ source }) => /lb|web-1/.test(source))).toEqual([
    { type: 'log', source: 'web-1', line: 'nginx | GET /', time: '2026-11-28T12:00:01.000000000Z' },
    { type: 'log', source: 'lb', line: 'haproxy | GET /', time: '2026-11-28T12:00:02.000000000Z' },
    { type: 'log', source: 'web-1', line: 'nginx | GET /x', time: '2026-11-28T12:00:03.000000000Z' },
  ]);
});

it('has the lines since a time, all of them', async () => {
  const { read, write } = await running();
  const at = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
  write('lb', `${at(7200)} haproxy | two hours ago`, ...Array.from({ length: 120 }, () => `${at(60)} haproxy | now`));
  expect(await read({ since: 3600, machine: 'lb' })).toEqual(Array(120).fill('lb haproxy | now'));
  expect(await read({ since: 10_000, machine: 'lb' })).toHaveLength(121);
});

it('has one machine, or all of a kind', async () => {
  const { read } = await running();
  expect(await read({ machine: 'web-2' })).toEqual(['web-2 nginx | GET /y 88bb']);
  expect((await read({ machine: 'web' })).map((line) => line.split(' ')[0])).toEqual([
    'web-1',
    'web-1',
    'web-1',
    'web-2',
  ]);
});

it('has the last lines of each machine, unless something is looked for', async () => {
  const { read, write } = await running();
  write('admin', ...Array.from({ length: 150 }, (_, index) => `cron | ${index}`));
  expect(await read({ machine: 'admin' })).toHaveLength(100);
  expect(await read({ machine: 'admin', tail: 2 })).toEqual(['admin cron | 148', 'admin cron | 149']);
  expect(await read({ machine: 'admin', grep: 'cron | 7' })).toHaveLength(11);
});

it('has only what was looked for: a program, a request id', async () => {
  const { read } = await running();
  expect(await read({ program: 'php-fpm' })).toEqual(['web-1 php-fpm | notice 5f3a']);
  expect((await read({ grep: '5f3a' })).map((line) => line.split(' ')[0])).toEqual(['lb', 'web-1', 'web-1']);
});

it('refuses a machine that there is not', async () => {
  const { read } = await running();
  await expect(read({ machine: 'web-7' })).rejects.toThrow('There is no machine "web-7".');
});

it('has the machines that up was told of (E11)', async () => {
  const replica = await newReplica();
  await play(up(await replica.open({ set: ['database.engine=mariadb'] })));
  replica.engine.machine('mariadb').log.push('mariadbd | ready');
  const { events, error } = await play(logs(await replica.open({ asTold: true }), { machine: 'mariadb' }));
  expect(error).toBeUndefined();
  expect(only(events, 'log').at(-1)).toMatchObject({ source: 'mariadb', line: 'mariadbd | ready' });
});
