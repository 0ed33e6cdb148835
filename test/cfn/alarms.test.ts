/** Each alarm says what it means and what to type. docs/watch.md has them all: after a change of one, `npx vitest run test/cfn/alarms.test.ts -u`. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { commandsOf } from '../docs/commands.ts';
import { parsePage } from '../docs/markdown.ts';
import { templates } from './template.ts';

interface Alarm {
  AlarmName: { 'Fn::Sub': string };
  AlarmDescription?: string;
  Namespace?: string;
  MetricName?: string;
  Dimensions?: { Name: string }[];
}

const properties = templates()
  .flatMap(({ Resources }) => Object.values(Resources))
  .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
  .map(({ Properties }) => Properties as unknown as Alarm);
const alarms = properties.map(({ AlarmName, AlarmDescription = '' }) => {
  const [meaning = '', runbook = ''] = AlarmDescription.split(' Do - ');
  return { name: AlarmName['Fn::Sub'].replace(/^\$\{Project\}-/, ''), text: AlarmDescription, meaning, runbook };
});

test('there are alarms', () => {
  expect(alarms.length).toBeGreaterThan(20);
});

test.each(alarms)('$name: what it means, and a command', ({ text, meaning, runbook }) => {
  expect(meaning).toMatch(/^.{20,}[.]$/);
  expect(commandsOf(parsePage(runbook)).map(({ words }) => words[0])).toContainEqual(expect.stringMatching(/^[a-z]/));
  expect(text.length).toBeLessThanOrEqual(1024); // CloudWatch's own limit
});

test('what an alarm listens to is what machines say, by the name that they say it by', () => {
  const boot = readFileSync('docker/ec2/lib/report.sh', 'utf8');
  const backup = readFileSync('docker/roles/backup/backup.sh', 'utf8');
  const ofBackup = /MetricName=(\w+) [\s\S]*?Dimensions\.member\.1\.Name=(\w+)/g;
  const said = new Set(
    [...boot.matchAll(/\bmetric (\w+) .* (Machine|Project) "/g), ...backup.matchAll(ofBackup)].map(([, ...it]) =>
      it.join(' of '),
    ),
  );
  const heard = properties
    .filter(({ Namespace }) => Namespace === 'bootdev')
    .map(({ MetricName, Dimensions = [] }) => `${MetricName} of ${Dimensions.map(({ Name }) => Name)}`);
  expect(heard.filter((each) => !said.has(each))).toEqual([]);
  // What has no alarm is on the dashboard.
  const dashboard = readFileSync('cfn/80-watch.yaml', 'utf8');
  for (const [name, dimension] of [...said].map((each) => each.split(' of ')))
    expect(dashboard).toMatch(new RegExp(`"bootdev", "${name}", "${dimension}", |MetricName: ${name}$`, 'm'));
});

// test/cli/docs.test.ts parses each command of a page, so those in the alarms too.
test('docs/watch.md has the alarms as the template does', async () => {
  const page = readFileSync('docs/watch.md', 'utf8');
  const rows = alarms.map(({ name, meaning, runbook }) => `| ${name} | ${meaning} | ${runbook.trim()} |`);
  const table = ['| alarm | what it means | what to do |', '|---|---|---|', ...rows, '']
    .join('\n')
    .replaceAll('<', '&lt;');
  const text = page.replace(/(?<=<!-- alarms -->\n)[\s\S]*?(?=<!-- end -->)/, () => table);
  await expect(text).toMatchFileSnapshot('../../docs/watch.md');
});
