import { expect, it } from 'vitest';
import type { Warm } from '../../src/events.ts';
import { status } from '../../src/replica/status.ts';
import { warm } from '../../src/replica/warm.ts';
import { light, newReplica, only, play } from './replica.ts';

const report: Warm = {
  ...{ at: 1_764_393_600, seconds: 20.1, why: 'asked', source: 'sitemap', addresses: 500, variants: 2, machines: 2 },
  ...{ requests: 2000, hitBefore: 0, hitAfter: 100, made: 2000, unstored: 0, errors: 0, perSecond: 100, ended: 'done' },
  notes: [],
};

async function withAdmin(settings = light) {
  const replica = await newReplica(settings);
  await replica.up();
  replica.engine.warmer.lines = ['{"done":10,"of":2000}', '{"done":900,"of":2000}', JSON.stringify(report)];
  const run = async (urls?: string[]) => play(warm(await replica.open(), urls));
  return { ...replica, run };
}

it('asks on the admin machine, says how far it is, and what came of it', async () => {
  const { run, engine } = await withAdmin();
  const { events, result } = await run();
  expect(result).toBe(true);
  expect(only(events, 'progress').map(({ bytes, total, unit }) => [bytes, total, unit])).toEqual([
    [10, 2000, 'requests'],
    [900, 2000, 'requests'],
  ]);
  expect(only(events, 'warm')).toEqual([{ type: 'warm', warm: report }]);
  expect(engine.did.at(-1)).toBe('warm in admin: --progress');
});

it('takes addresses and paths; is no success where the web machines were slow', async () => {
  const { run, engine } = await withAdmin();
  await run(['/about', 'https://shop.localhost/news']);
  expect(engine.did.at(-1)).toBe('warm in admin: --progress https://shop.localhost/about https://shop.localhost/news');
  engine.warmer = { ...engine.warmer, lines: [JSON.stringify({ ...report, ended: 'slow' })], exitCode: 1 };
  expect((await run()).result).toBe(false);
});

it('a run whose reader goes away is stopped on the machine', async () => {
  const { open, engine } = await withAdmin();
  const verb = warm(await open());
  for await (const event of verb) if (event.type === 'progress') break;
  expect(engine.did.at(-1)).toBe('warm --stop');
});

it('status has what the last run did, where admin says that there was one', async () => {
  const { open, engine } = await withAdmin();
  const last = async () => only((await play(status(await open(), { recompute: true }))).events, 'status')[0]?.status;
  engine.warmer.kept = JSON.stringify(report);
  expect((await last())?.warm).toBeUndefined();
  engine.says.set('admin', 'cron 12 s ago · warm 3 min ago: 500 addresses, hit 0 → 100 %');
  expect((await last())?.warm).toEqual(report);
  // The site may write what it likes there.
  engine.warmer.kept = '{"at":"<script>"}';
  expect((await last())?.warm).toBeUndefined();
});

it('refuses another site, a micro-cache that is off, and a live folder', async () => {
  const { run, settings } = await withAdmin();
  expect((await run(['https://elsewhere.example/'])).error).toMatchObject({
    message: '"https://elsewhere.example/" is not an address of this site (shop.localhost).',
    code: 2,
  });
  await settings(`${light}cache: { enabled: false }\n`);
  expect((await run()).error?.message).toContain('cache.enabled is false, so there is nothing to warm.');
  await settings(`${light}application: php\n`);
  expect((await run()).error?.message).toContain('a live folder, of which no page is stored');
});

it('says why the machine could not', async () => {
  const { run, engine } = await withAdmin();
  const usual = engine.warmer;
  const cases = [
    [{ exitCode: 75 }, 'The pre-warmer is at work already: a release or a purge was just before.'],
    [{ exitCode: 127 }, 'admin has the files of an older bootdev.'],
    [
      { exitCode: 69, stderr: 'the shared files are not there' },
      'admin could not do it: the shared files are not there',
    ],
    [{ lines: ['{"done":1,"of":2}'] }, 'admin could not do it: '],
    [{ lines: [JSON.stringify({ ...report, hitAfter: 1000 })] }, 'admin could not do it: '],
  ] as const;
  for (const [said, message] of cases) {
    engine.warmer = { ...usual, ...said, lines: [...('lines' in said ? said.lines : [])] };
    expect.soft((await run()).error?.message).toBe(message);
  }
});
