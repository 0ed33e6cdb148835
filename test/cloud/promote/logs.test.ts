/** `bootdev logs --on aws`: what the machines sent to CloudWatch, from the built program. */
import { expect, test } from 'vitest';
import { changeTemplate, from, installProgram, type Site, site, yes } from './site.ts';

installProgram();

const minute = 60_000;

async function deployed() {
  const it = await site();
  await changeTemplate('10-bootstrap.yaml', (text) =>
    text
      .replace('\nOutputs:', `\n  MachineLog:\n    Type: AWS::Logs::LogGroup\nOutputs:`)
      .concat('  MachineLogGroup: { Value: !Ref MachineLog }\n'),
  );
  expect((await it.run(yes)).code).toBe(0);
  it.aws.account.machines.set('i-0aa', 'shop-production/web').set('i-0bb', 'shop-production/web');
  const said = (stream: string, ago: number, message: string) =>
    it.aws.logs.put([...it.aws.logs.groups.keys()].join(), stream, [{ timestamp: Date.now() - ago, message }]);
  const logs = (...args: string[]) => it.run(['logs', '--on', 'aws', ...args]);
  return { ...it, said, logs };
}
type Deployed = Awaited<ReturnType<typeof deployed>>;
const text = (ran: Awaited<ReturnType<Site['run']>>) => from(ran.stderr, 'bootdev: ').replaceAll(/\s+/g, ' ').trim();
const lines = ({ stdout }: { stdout: string }) =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === 'log')
    .map(({ source, line }) => `${source} ${line}`);

/** All machines in order of time, one of them, a program, a word, a time. */
async function reading({ said, logs }: Deployed) {
  said('web/i-0bb', 3 * minute, 'nginx | GET /b');
  said('web/i-0aa', 4 * minute, 'nginx | GET /a');
  said('gluster-1/i-0cc', 2 * minute, 'glusterd | a php-fpm | of no importance');
  said('web/i-0aa', minute, 'php-fpm | slow');
  said('web/i-0aa', 30 * minute, 'php-fpm | slow, long ago');
  expect(lines(await logs('--json'))).toEqual([
    'web/i-0aa nginx | GET /a',
    'web/i-0bb nginx | GET /b',
    'gluster-1/i-0cc glusterd | a php-fpm | of no importance',
    'web/i-0aa php-fpm | slow',
  ]);
  const [web, one, last, narrow] = await Promise.all([
    logs('web'),
    logs('i-0bb', '--json'),
    logs('web/i-0aa', '--json', '-n', '1'),
    logs('--json', '-p', 'php-fpm', '-g', 'slow', '--since', '1h'),
  ]);
  expect(web.stdout).toMatch(/^web\/i-0aa \| \d\d:\d\d:\d\d nginx \| GET \/a\n/);
  expect(lines(one)).toEqual(['web/i-0bb nginx | GET /b']);
  expect(lines(last)).toEqual(['web/i-0aa php-fpm | slow']);
  expect(lines(narrow)).toEqual(['web/i-0aa php-fpm | slow, long ago', 'web/i-0aa php-fpm | slow']);
}

/** What is not there says what to type. */
async function missing({ logs, aws, run }: Deployed) {
  const [service, gone, staging] = await Promise.all([
    logs('mysql'),
    logs('i-0ff'),
    run(['logs', '--on', 'aws', '--env', 'staging']),
  ]);
  expect(text(service)).toContain('mysql is no machine that sends its log. → bootdev logs --on aws web|admin|');
  expect(text(gone)).toContain('→ name it as its lines do: bootdev logs --on aws web/i-0ff');
  expect(text(staging)).toBe('bootdev: shop-staging is not on AWS yet. → bootdev promote --env staging');
  aws.logs.groups.clear();
  expect(text(await logs())).toMatch(
    /The log group shop-production-bootstrap-machinelog is gone.* → aws logs create-log-group /,
  );
}

/** -f shows what comes, once, also what comes late. */
async function following({ said, start }: Deployed) {
  said('web/i-0aa', minute, 'nginx | before');
  const program = start(['logs', '--on', 'aws', '-f', '--json']);
  const seen: string[] = [];
  program.stdout.on('data', (chunk) => seen.push(String(chunk)));
  await expect.poll(() => seen.join(''), { timeout: 20_000 }).toContain('before');
  said('web/i-0bb', 30_000, 'nginx | late');
  said('web/i-0aa', 0, 'nginx | now');
  await expect.poll(() => seen.join(''), { timeout: 20_000 }).toContain('now');
  said('web/i-0aa', 0, 'nginx | last');
  await expect.poll(() => seen.join(''), { timeout: 20_000 }).toContain('last');
  program.kill('SIGINT');
  await program;
  const stdout = seen.join('');
  expect(lines({ stdout })).toEqual(
    ['before', 'late', 'now', 'last'].map((word) => expect.stringMatching(`nginx \\| ${word}$`)),
  );
}

// One deployment for all of it: it is what takes the time.
test('the log of the machines: nothing yet, what comes, what is there, what is not', async () => {
  const it = await deployed();
  const none = await it.logs('web', '-p', 'nginx');
  expect(none.code).toBe(0);
  expect(`${none.stdout}${none.stderr}`.replaceAll(/\s+/g, ' ')).toContain(
    'No such line in the last 15 minutes. bootdev logs --on aws web -p nginx --since 1d',
  );
  await following(it);
  it.aws.logs.events.length = 0;
  await reading(it);
  await missing(it);
});
