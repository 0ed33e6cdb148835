import { describe, expect, it } from 'vitest';
import { purge } from '../../src/replica/purge.ts';
import { light, newReplica, only, play } from './replica.ts';

const origin = 'https://shop.localhost';

/** A replica whose two web machines have some pages stored. */
async function withPages(settings = light) {
  const replica = await newReplica(settings);
  await replica.up();
  const { stored } = replica.engine;
  for (const name of ['web-1', 'web-2'])
    stored.set(
      name,
      ['/', '/blog/a', '/blog/b'].map((path) => origin + path),
    );
  const run = async (options: Parameters<typeof purge>[1]) => play(purge(await replica.open(), options));
  return { ...replica, run };
}

it('takes an address out, or a path, on every web machine', async () => {
  const { run, engine } = await withPages();
  const { events, result } = await run({ urls: [`${origin}/blog/a`, '/blog/b'] });
  expect(result).toBe(true);
  expect(only(events, 'purge')).toEqual([
    {
      type: 'purge',
      purge: {
        pages: 4,
        machines: [
          { machine: 'web-1', pages: 2 },
          { machine: 'web-2', pages: 2 },
        ],
        failed: [],
      },
    },
  ]);
  expect([...engine.stored.values()]).toEqual([[`${origin}/`], [`${origin}/`]]);
});

it.each([
  [{ prefix: '/blog/' }, [`${origin}/`]],
  [{ prefix: `${origin}/blog/*` }, [`${origin}/`]],
  [{ prefix: '/blog/b', urls: ['/'] }, [`${origin}/blog/a`]],
  [{ urls: [origin] }, [`${origin}/blog/a`, `${origin}/blog/b`]],
  [{ all: true }, []],
])('%j', async (options, left) => {
  const { run, engine } = await withPages();
  expect((await run(options)).error).toBeUndefined();
  expect(engine.stored.get('web-2')).toEqual(left);
});

it('asks a machine that runs', async () => {
  const { run, engine } = await withPages();
  engine.kill('web-1');
  expect((await run({ all: true })).events).toEqual([
    { type: 'purge', purge: { pages: 3, machines: [{ machine: 'web-2', pages: 3 }], failed: [] } },
  ]);
});

it('names a machine that did not answer, and fails', async () => {
  const { run, engine } = await withPages();
  engine.busy.set('web-2', 1);
  const { events, result } = await run({ all: true });
  expect(result).toBe(false);
  expect(only(events, 'purge')[0]?.purge.failed).toEqual([{ machine: 'web-2', error: 'read timed out' }]);
});

describe('refuses', () => {
  it.each([
    ['https://elsewhere.example/', 'is not an address of this site (shop.localhost)'],
    [`${origin}.elsewhere.example/`, 'is not an address of this site (shop.localhost)'],
    ['about', 'is not an address'],
    ['ftp://shop.localhost/', 'is not an address'],
    ['https://shop.localhost/a b', 'is not an address'],
  ])('%s', async (url, why) => {
    const { run, engine } = await withPages();
    for (const options of [{ urls: [url] }, { prefix: url }]) {
      const { error } = await run(options);
      expect(error).toMatchObject({ message: `"${url}" ${why}.`, code: 2 });
    }
    expect(engine.stored.get('web-1')).toHaveLength(3);
  });

  it('nothing, a micro-cache that is off, and a replica that does not run', async () => {
    const { run, settings, engine } = await withPages();
    expect((await run({})).error).toMatchObject({ message: 'Nothing was named to purge.', code: 2 });
    engine.kill('web-1');
    engine.kill('web-2');
    expect((await run({ all: true })).error).toMatchObject({
      message: 'No web machine is running.',
      hint: 'bootdev up',
    });
    await settings(`${light}cache: { enabled: false }\n`);
    expect((await run({ all: true })).error?.message).toContain('cache.enabled is false');
  });
});

it.each([
  [{ status: 429, text: '<html>' }, 'The door for purges is busy: ten a second.'],
  [{ status: 403, text: 'no token' }, 'web-1 does not know the token for purges yet.'],
  [{ status: 500, text: '<html>' }, 'web-1 answered with status 500.'],
  [{ status: 400, text: '{"error":"501 lines; at most 500"}' }, 'web-1 refused: 501 lines; at most 500'],
])('says what the door said: %j', async (door, message) => {
  const { run, engine } = await withPages();
  engine.door = door;
  expect((await run({ all: true })).error?.message).toBe(message);
});
