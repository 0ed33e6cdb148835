/** The admin machine's crontab: that it runs by itself, and what `job` promises of each run. */
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { docker, eventually, newReplica, type Replica } from '../scenarios/replica.ts';

const settings = (more = '') =>
  `site: { name: periodic }\nweb: { count: 1 }\nmemcached: { count: 1 }\nsearch: { engine: none }\nfiles: { store: volume }\ncron: { interval: 60${more} }\n`;
let replica: Replica;
beforeAll(async () => {
  replica = await newReplica(settings());
  await replica.ensure('up');
});
afterAll(() => replica?.remove());

interface Run {
  name: string;
  at: number;
  seconds: number;
  exit: number;
  interval: number;
  machine: string;
}
const inside = async (...command: string[]) => docker('exec', await replica.container('admin'), ...command);
const job = async (...args: string[]) =>
  execa('docker', ['exec', await replica.container('admin'), 'job', ...args], { reject: false });
const last = async (name: string) => JSON.parse(await inside('cat', `/srv/files/private/.${name}-last`)) as Run;
/** The database may come up after the admin machine, and a first look for its name takes its time. */
const ranWell = () =>
  eventually(
    60_000,
    () => last('cron').catch(() => undefined),
    (run) => run?.exit === 0,
  ) as Promise<Run>;
const log = async () => (await execa('docker', ['logs', await replica.container('admin')], { all: true })).all;
const now = async () => (await replica.status()).machines.find(({ name }) => name === 'admin')?.now;

test('runs at the start, and again by itself; the log and the status say so', async () => {
  const first = await ranWell();
  expect(first).toMatchObject({ name: 'cron', exit: 0, interval: 60, machine: 'admin' });
  expect(await log()).toMatch(/cron: exit code 0 after \d+ s/);
  expect(await now()).toMatch(/^(?:cron|tidy) \d+ s ago · next cron (\d+ s|due now)$/);
  const second = await eventually(
    130_000,
    () => last('cron'),
    ({ at }) => at > first.at,
  );
  expect(second.at - first.at).toBeGreaterThanOrEqual(30);
  expect(second.at - first.at).toBeLessThan(95);
});

describe('job', () => {
  test("is the site: its user, folder and environment, its output with the job's name", async () => {
    const { stdout, exitCode } = await job('who', 'sh', '-c', 'id -un; pwd -P; echo "$DB_HOST"; echo trouble >&2');
    expect(exitCode).toBe(0);
    const lines = stdout.split('\n');
    expect(lines).toEqual([
      'who: www-data',
      expect.stringMatching(/^who: \/srv\/code\/releases\/[0-9a-f]{64}$/),
      'who: mysql',
      'who: trouble',
      expect.stringMatching(/^who: exit code 0 after \d s$/),
    ]);
  });

  test('never runs twice at a time', async () => {
    const long = job('slow', 'sh', '-c', 'touch /tmp/begun; sleep 4; echo first');
    await eventually(10_000, () => inside('sh', '-c', 'ls /tmp/begun 2>/dev/null; true'), Boolean);
    const { stdout, exitCode } = await job('slow', 'echo', 'second');
    expect([stdout, exitCode]).toEqual(['slow: not started: the last run has not ended', 0]);
    expect((await long).stdout).toContain('slow: first');
  });

  test('does not run where it cannot lock: no shared files yet', async () => {
    await inside('mkdir', '/srv/files/private/.early-lock');
    const { stdout, exitCode } = await job('early', 'echo', 'ran');
    expect(exitCode).toBe(1);
    expect(stdout).not.toContain('ran');
  });

  test('ends what takes too long, and records a failure', async () => {
    const { stdout, exitCode } = await job('--limit', '1', 'endless', 'sleep', '60');
    expect(exitCode).toBe(124);
    expect(stdout).toContain('endless: ended by its limit of 1 s');
    expect(await last('endless')).toMatchObject({ exit: 124, interval: 0 });
  });

  test('with --every runs only when it is due; at once after a failure', async () => {
    const runs = async (command: string) => (await job('--every', '300', 'often', 'sh', '-c', command)).stdout !== '';
    expect(await runs('false')).toBe(true);
    expect(await runs('true')).toBe(true);
    expect(await runs('true')).toBe(false);
    const older = 'sed -i -E \'s/"at":[0-9]+/"at":1000/\' /srv/files/private/.often-last';
    await inside('sh', '-c', older);
    expect(await runs('true')).toBe(true);
  });

  test.each([
    [[]],
    [['cron']],
    [['Cron', 'true']],
    [['../x', 'true']],
    [['--every', 'x', 'cron', 'true']],
    [['--no', '1', 'a', 'b']],
  ])('refuses %j with how it is used', async (args) => {
    const { exitCode, stderr } = await job(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('job [--every SECONDS]');
  });
});

test('a failed run shows in the status of the machine and of the site, until one succeeds', async () => {
  const cronOk = async () => {
    const answer = await fetch(`${await replica.url()}/status.json`, { headers: { connection: 'close' } });
    return ((await answer.json()) as { features: { cron: { ok: boolean } } }).features.cron.ok;
  };
  await ranWell();
  expect(await cronOk()).toBe(true);
  await job('cron', 'sh', '-c', 'exit 7');
  expect(await now()).toMatch(/^cron FAILED \(exit 7\) \d+ s ago · next cron \d+ s$/);
  expect(await cronOk()).toBe(false);
  await job('cron', 'true');
  expect(await cronOk()).toBe(true);
});

test("tidy: what has lain in the site's temporary folder goes, and nothing else; by itself once a day", async () => {
  const began = await eventually(
    130_000,
    () => last('tidy').catch(() => undefined),
    (run) => run !== undefined,
  );
  expect(began).toMatchObject({ exit: 0, interval: 86_400 });
  const site = (script: string) => inside('site', 'sh', '-c', `cd /srv/files/private && ${script}`);
  // One that came now, however old it says it is; one of somebody else's that a link leads to.
  await site(
    'mkdir -p tmp/unpacked/empty kept && echo x >tmp/unpacked/a && touch -d 2001-01-01 tmp/unpacked/a && echo x >kept/b && ln -s ../kept tmp/link',
  );
  expect((await job('tidy', '/etc/bootdev/current/lib/cron/tidy', '10080')).stdout).toContain('tidy: 0 files deleted');
  expect(await site('ls tmp/unpacked kept')).toContain('a');
  await eventually(
    10_000,
    () => job('tidy', '/etc/bootdev/current/lib/cron/tidy', '0'),
    ({ stdout }) => /^tidy: 2 files deleted/.test(stdout),
  );
  await eventually(
    10_000,
    async () => {
      await job('tidy', '/etc/bootdev/current/lib/cron/tidy', '0');
      return site('find tmp kept');
    },
    (found) => found === 'tmp\nkept\nkept/b',
  );
});

test('a line that cron does not understand is not activated', async () => {
  const check =
    'rm -rf /tmp/new && cp -rL /etc/bootdev/current/. /tmp/new && echo "* * 99 * * root true" >>/tmp/new/etc/crontab && /tmp/new/roles/cron/apply.sh check /tmp/new';
  await expect(inside('sh', '-c', check)).rejects.toThrow('bad day-of-month');
});

test('off: no crond, and the status says so; on again in place', async () => {
  await replica.settings(settings(', enabled: false'));
  await replica.ensure('up');
  expect(await now()).toBe('cron off');
  await expect(inside('pidof', 'crond')).rejects.toThrow();
  await replica.settings(settings());
  await replica.ensure('up');
  expect(await inside('pidof', 'crond')).toMatch(/^\d+$/);
});
