/** The admin machine's crontab: that it runs by itself, and what `job` promises of each run. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Job } from '../../src/events.ts';
import { docker, eventually, newReplica, type Replica } from '../scenarios/replica.ts';

const settings = (more = '') =>
  `site: { name: periodic }\nweb: { count: 1 }\nmemcached: { count: 1 }\nsearch: { engine: none }\nfiles: { store: volume }\ncron: { interval: 60, failureMail: ops@example.org${more} }\n`;
let replica: Replica;
let second = '';
beforeAll(async () => {
  replica = await newReplica(settings());
  await mkdir(join(replica.dir, 'bootdev'));
  await writeFile(
    join(replica.dir, 'bootdev/cron'),
    '* * * * *  job minutely  echo "$BOOTDEV_MACHINE" >>/srv/files/private/minutely\n0 0 1 1 *  job --limit 30 yearly  test ! -e /tmp/broken || { echo it is broken; exit 7; }\n0 0 1 1 *  job waiting  trap "echo told; exit 9" TERM; echo begun; while :; do sleep 0.1; done\n',
  );
  await replica.ensure('up', '--yes');
});
afterAll(async () => {
  if (second) await docker('rm', '-f', '-v', second);
  await replica?.remove();
});

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
  expect(await now()).toMatch(/^(?:cron|tidy|minutely) \d+ s ago · next \w+ (\d+ s|due now)$/);
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

  test('a run that just begins or has just ended is waited for: cron notes none that did not come', async () => {
    await inside('sh', '-c', 'site flock /srv/files/private/.moment-lock sleep 1.5 & sleep 0.3');
    await inside('env', 'JOB_LOG=/tmp/moment', 'job', 'moment', 'true');
    expect((await runs('moment')).map(({ ended }) => ended)).toEqual(['exit']);
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
    [['--every', '60', 'cron']],
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
  expect(await now()).toMatch(/^cron FAILED \(exit 7\) \d+ s ago · next \w+ \d+ s$/);
  expect(await cronOk()).toBe(false);
  await job('cron', 'true');
  expect(await cronOk()).toBe(true);
});

/** Subjects of the mails about a job, the oldest first, when there are `count` of them. */
const mails = async (name: string, count: number) => {
  const url = `http://127.0.0.1:${await replica.value('BOOTDEV_PORT_MAIL')}/api/v1/messages?limit=200`;
  const arrived = async () => {
    const { messages } = (await (await fetch(url)).json()) as {
      messages: { Subject: string; To: { Address: string }[] }[];
    };
    return messages
      .filter(({ To, Subject }) => To[0]?.Address === 'ops@example.org' && Subject.includes(` job ${name} `))
      .map(({ Subject }) => Subject)
      .reverse();
  };
  return eventually(30_000, arrived, ({ length }) => length >= count);
};
const runs = async (name: string) =>
  (await inside('site', '/etc/bootdev/current/lib/cron/list', name))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Run & { ended: string; output: string });
const listed = async (name: string) => {
  const { stdout } = await replica.ensure('jobs', '--json');
  return (JSON.parse(stdout) as { jobs: Job[] }).jobs.find((each) => each.name === name);
};

describe('runs that are kept', () => {
  test('ten of them, each with the end of its output, whatever bytes these are', async () => {
    for (let at = 1; at <= 11; at++)
      await job('chatty', 'sh', '-c', `head -c 100000 /dev/urandom; echo; echo run ${at}`);
    const kept = await runs('chatty');
    expect(kept.map(({ output }) => output.trim().split('\n').at(-1))).toEqual(
      Array.from({ length: 10 }, (_, at) => `run ${at + 2}`),
    );
    const bytes = Number(await inside('stat', '-c', '%s', '/srv/files/private/.chatty-runs'));
    expect(bytes).toBeGreaterThan(10 * 5000);
    expect(bytes).toBeLessThanOrEqual(10 * 32_769);
  });

  test.each([
    ['a link to a secret', 'ln -sfn /run/secrets/db/root-password /srv/files/private/.hostile-$kind'],
    ['a pipe', 'mkfifo /srv/files/private/.hostile-$kind'],
    ['a file of a gigabyte', 'truncate -s 1G /srv/files/private/.hostile-$kind'],
    ['lines that are no records', 'yes "{\\"at\\":1e99}" | head -c 2000000 >/srv/files/private/.hostile-$kind'],
  ])('%s in the place of its records: read in no time, and replaced by the next run', async (_, script) => {
    await inside(
      'site',
      'sh',
      '-c',
      `for kind in last runs; do rm -rf /srv/files/private/.hostile-$kind; ${script}; done`,
    );
    const began = Date.now();
    expect(await runs('hostile').then((found) => found.filter(({ exit }) => exit !== undefined))).toEqual([]);
    await inside('bash', '/etc/bootdev/current/roles/cron/stats.sh');
    expect(Date.now() - began).toBeLessThan(5000);
    expect((await job('hostile', 'echo', 'here')).exitCode).toBe(0);
    expect((await runs('hostile')).at(-1)).toMatchObject({ exit: 0, output: 'here\n' });
    expect(await last('hostile')).toMatchObject({ exit: 0 });
  });

  test('a pipe in the place of its lock: it runs', async () => {
    await inside('site', 'mkfifo', '/srv/files/private/.piped-lock');
    expect((await job('piped', 'echo', 'ran')).stdout).toMatch(/^piped: ran\npiped: exit code 0/);
  });

  test('where they cannot be written, the job runs all the same, and its log says so', async () => {
    await inside('site', 'mkdir', '-p', '/srv/files/private/.folder-runs/x');
    const { stdout, exitCode } = await job('folder', 'echo', 'ran');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('folder: ran');
    expect(stdout).toContain('folder: its record cannot be kept');
  });

  test('a process that a run leaves behind writes on, and keeps the lock', async () => {
    // To a file: Docker reads what comes from an ended command for two seconds at most.
    const script = 'exec >/tmp/behind job behind sh -c "(sleep 12; echo later) & echo now"';
    await inside('bash', '-c', script);
    expect((await job('behind', 'true')).stdout).toBe('behind: not started: the last run has not ended');
    await eventually(
      30_000,
      () => inside('cat', '/tmp/behind'),
      (log) => /^behind: now\nbehind: exit code 0 after \d s\nbehind: later$/.test(log),
    );
    expect((await runs('behind')).at(-1)).toMatchObject({ exit: 0, output: 'now\n' });
  });
});

describe('bootdev jobs', () => {
  test('lists the crontab, shows what a job wrote, and runs one; its exit code is the job’s', async () => {
    await inside('site', 'touch', '/tmp/broken');
    const failed = await replica.bootdev('jobs', 'run', 'yearly');
    expect(failed.stdout).toContain('yearly: it is broken');
    expect(failed.code).toBe(7);
    const { stdout: table } = await replica.ensure('jobs');
    expect(table).toMatch(/✗ yearly +0 0 1 1 \* +\d+ s ago +exit code 7 +\d s +in \d+ days +admin/);
    expect(table).toMatch(/✓ cron +every 60 s +\d+ s ago +ok/);
    expect((await replica.ensure('jobs', 'output', 'yearly', '--run', '1')).stdout).toMatch(
      /^✗ \S+ \S+ · exit code 7 after \d s · admin\n {2}it is broken$/,
    );
    expect((await replica.ensure('status', '--recompute')).stdout).toContain(
      'The job yearly fails: bootdev jobs output yearly',
    );
    await inside('rm', '/tmp/broken');
    expect((await replica.bootdev('jobs', 'run', 'yearly')).code).toBe(0);
    expect((await replica.bootdev('jobs', 'run', 'none')).stderr).toContain('There is no job "none".');
  });

  test('one mail when it began to fail, one when it works again', async () => {
    const of = ['failed (exit code 7)', 'works again'].map((how) => `periodic.localhost: job yearly ${how}`);
    expect(await mails('yearly', 2)).toEqual(of);
    for (const code of [3, 3, 0, 0]) await job('mailed', 'sh', '-c', `exit ${code}`);
    expect(await mails('mailed', 2)).toEqual([
      'periodic.localhost: job mailed failed (exit code 3)',
      'periodic.localhost: job mailed works again',
    ]);
  });

  test('stopped: the job on the machine ends too, and that is no failure', async () => {
    const running = replica.start('jobs', 'run', 'waiting');
    await eventually(
      20_000,
      () => listed('waiting'),
      (it) => it?.running !== undefined,
    );
    running.kill('SIGINT');
    const { exitCode, stdout } = await running;
    expect(exitCode).toBe(130);
    expect(stdout).toContain('waiting: told');
    expect(await listed('waiting')).toMatchObject({ last: { ended: 'stopped', exit: 9, failing: false } });
    expect(await mails('waiting', 0)).toEqual([]);
  });
});

test('what was due and did not come shows: the last run has not ended, its limit, its machine, no crond', async () => {
  const long = job('held', 'sh', '-c', 'touch /tmp/held; sleep 20');
  await eventually(10_000, () => inside('sh', '-c', 'ls /tmp/held 2>/dev/null; true'), Boolean);
  // As cron's, at the same minute as the one that runs: the other machine's start.
  const byCron = ['-e', 'JOB_LOG=/dev/null', await replica.container('admin'), 'job', 'held', 'true'];
  await docker('exec', ...byCron);
  expect(await runs('held')).toEqual([]);
  await inside('site', 'sh', '-c', 'printf \'{"at":1000000000,"machine":"admin"}\' >/srv/files/private/.held-lock');
  await docker('exec', ...byCron);
  await docker('exec', ...byCron);
  expect(await last('held')).toMatchObject({ exit: 75, ended: 'overlap' });
  await long;
  expect((await runs('held')).map(({ ended }) => ended)).toEqual(['overlap', 'exit']);
  await job('--limit', '1', 'held', 'sleep', '9');
  expect(await mails('held', 3)).toEqual([
    'periodic.localhost: job held was not started: the last run has not ended',
    'periodic.localhost: job held works again',
    'periodic.localhost: job held was ended by its time limit (exit code 124)',
  ]);
  // As a crond that has stopped: the job was due a year ago, and this one came up before.
  await inside('sh', '-c', 'cp -a /run/cron.active /tmp/active; touch -d "2 years ago" /run/cron.active');
  await inside('site', 'sh', '-c', 'sed -i \'s/"at":[0-9]*/"at":1000000000/\' /srv/files/private/.yearly-last');
  expect((await listed('yearly'))?.late).toBeGreaterThan(86_400);
  expect(await now()).toMatch(/^yearly LATE by \d+ days · next/);
  expect((await replica.ensure('status', '--recompute')).stdout).toContain(
    'The job yearly fails: bootdev jobs output yearly',
  );
  await inside('sh', '-c', 'cp -a /tmp/active /run/cron.active');
  expect((await listed('yearly'))?.late).toBe(0);
});

describe('two admin machines, as while one is replaced', () => {
  beforeAll(async () => {
    const admin = await replica.container('admin');
    const label = async (name: string) =>
      docker('inspect', '-f', `{{index .Config.Labels "com.docker.compose.${name}"}}`, admin);
    const files = (await label('project.config_files')).split(',').flatMap((file) => ['-f', file]);
    const project = ['-p', await replica.project(), '--env-file', await label('project.environment_file'), ...files];
    second = `${admin}-second`;
    await docker(
      'compose',
      ...project,
      'run',
      '-d',
      '--no-deps',
      '--name',
      second,
      '-e',
      'BOOTDEV_MACHINE=admin-2',
      'admin',
    );
    await eventually(
      30_000,
      () => execa('docker', ['exec', second, 'pidof', 'crond'], { reject: false }),
      ({ exitCode }) => exitCode === 0,
    );
  });

  test('a line of the crontab runs on one of them, at each of its times', async () => {
    await inside('rm', '-f', '/srv/files/private/minutely');
    const lines = async () =>
      (await inside('sh', '-c', 'cat /srv/files/private/minutely 2>/dev/null; true')).split('\n').filter(Boolean)
        .length;
    const began = Math.floor(Date.now() / 60_000);
    await eventually(200_000, lines, (count) => count >= 2);
    expect(await lines()).toBe(Math.floor(Date.now() / 60_000) - began);
    expect((await runs('minutely')).filter(({ ended, exit }) => ended !== 'exit' || exit !== 0)).toEqual([]);
  });

  test('of one that is killed the lock goes at once; the other one goes on, and says what became of the run', async () => {
    await docker('exec', '-d', second, 'job', 'waiting');
    await eventually(
      10_000,
      () => listed('waiting'),
      (it) => it?.running?.machine === 'admin-2',
    );
    expect((await job('waiting')).stdout).toBe('waiting: not started: the last run has not ended');
    await docker('kill', '--signal', 'KILL', second);
    await eventually(
      3_000,
      () => listed('waiting'),
      (it) => it?.lost?.machine === 'admin-2',
    );
    expect((await replica.ensure('jobs')).stdout).toMatch(/✗ waiting .* machine lost .* admin-2/);
    expect((await job('--limit', '1', 'waiting', 'true')).exitCode).toBe(0);
    expect((await runs('waiting')).slice(-2).map(({ ended, machine }) => [ended, machine])).toEqual([
      ['lost', 'admin-2'],
      ['exit', 'admin'],
    ]);
  });
});

test('when a line of the crontab is due, as cron counts', async () => {
  const cases = [
    ['* * * * *', '2026-11-30 06:12:01', '2026-11-30 06:13'],
    ['* * * * *', '2026-11-30 06:12:00', '2026-11-30 06:12'],
    ['*/20 * * * *', '2026-12-31 23:41:00', '2027-01-01 00:00'],
    ['5,10-20/4 3 * * *', '2026-11-30 03:05:30', '2026-11-30 03:10'],
    ['5,10-20/4 3 * * *', '2026-11-30 03:15:00', '2026-11-30 03:18'],
    ['0 3 * * mon-fri', '2026-12-04 03:00:01', '2026-12-07 03:00'],
    ['0 0 * feb 7', '2026-03-01 00:00:00', '2027-02-07 00:00'],
    // A day and a weekday: either; but both where one of them begins with a star.
    ['0 0 13 * 5', '2026-11-30 00:00:00', '2026-12-04 00:00'],
    ['0 0 */7 * 5', '2026-11-30 00:00:00', '2027-01-01 00:00'],
    ['0 0 29 2 *', '2026-11-30 00:00:00', '2028-02-29 00:00'],
    ['0 0 30 2 *', '2026-11-30 00:00:00', 'never'],
    ['@weekly', '2026-11-30 00:00:00', '2026-12-06 00:00'],
    ['@hourly', '2026-11-30 06:12:00', '2026-11-30 07:00'],
  ];
  const program = `require '/etc/bootdev/current/lib/cron/times.php';
    foreach (json_decode($argv[1]) as [$when, $from]) {
      $at = (new bootdev\\cron\\Times($when))->from(strtotime("$from UTC"));
      echo $at === null ? 'never' : gmdate('Y-m-d H:i', $at), "\n";
    }`;
  const said = await inside('php', '-n', '-r', program, JSON.stringify(cases));
  expect(said.split('\n')).toEqual(cases.map(([, , due]) => due));
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
