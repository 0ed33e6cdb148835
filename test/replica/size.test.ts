import { expect, it } from 'vitest';
import { size } from '../../src/replica/size.ts';
import { plainLines } from '../../src/screen/plain.ts';
import { newReplica, only, play } from './replica.ts';

/** Children that take 8 MB and PHP's memory of a request, in kB, as memory.sh says it. */
const children = (...peaks: number[]) =>
  `${peaks.map((peak) => `child 8192 2048 ${peak * 1024} 100`).join('\n')}\nrest 40960\n`;

async function measured(web1: string, web2 = web1) {
  const replica = await newReplica();
  await replica.up();
  replica.engine.measured.set('web-1', web1).set('web-2', web2);
  const { events, error } = await play(size(await replica.open()));
  expect(error).toBeUndefined();
  const [event] = only(events, 'size');
  if (!event) throw new Error('no event');
  return event;
}

it('says of each web machine what a child takes, beside what was planned for it', async () => {
  const { machines } = await measured(children(4, 6, 5, 50));
  expect(machines.map(({ machine }) => machine)).toEqual(['web-1', 'web-2']);
  expect(machines[0]).toEqual({
    ...{ machine: 'web-1', memory: 512, children: 4, requests: 400 },
    ...{ planned: 64, taken: 58, rest: 40, shared: 8 },
    fit: Math.floor((512 - 64 - 64 - 16) / 58),
  });
});

it.each([
  ['the plan fits: nothing to change', children(35, 36, 40), 'The plan fits: nothing to change.'],
  ['more are possible', children(4, 5, 6), 'There is room for more processes: php.childMemory: 17'],
  [
    'fewer',
    children(90, 100),
    'A process takes more than was planned: php.childMemory: 130 plans fewer of them, or more web.memory.',
  ],
  [
    'nobody was there yet',
    'child 8192 2048 0 3\nrest 40960\n',
    'Only 6 requests were answered yet: let real visits come first, then ask again.',
  ],
])('what to set: %s', async (_name, said, advice) => {
  expect((await measured(said)).advice).toBe(advice);
});

it('the greedier machine decides', async () => {
  expect((await measured(children(4, 5), children(90, 100))).advice).toContain('php.childMemory: 130');
});

it('is a table and a sentence', async () => {
  const event = await measured(children(4, 6, 5, 50));
  const lines = plainLines(event, { begun: false, tables: 0 });
  expect(lines.every(({ to }) => to === 'out')).toBe(true);
  expect(lines.map(({ line }) => line.map(({ text }) => text).join(''))).toEqual([
    'machine  processes  planned  takes  fit  shared  all else  memory  requests',
    'web-1    4          64 MB    58 MB  6    8 MB    40 MB     512 MB  400',
    'web-2    4          64 MB    58 MB  6    8 MB    40 MB     512 MB  400',
    '',
    'A process takes more than was planned: php.childMemory: 70 plans fewer of them, or more web.memory.',
  ]);
});

it('refuses where no web machine runs', async () => {
  const replica = await newReplica();
  const { error } = await play(size(await replica.open()));
  expect(error).toMatchObject({ message: 'No web machine is running.', hint: 'bootdev up' });
});
