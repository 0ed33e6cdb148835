/**
 * What docker/ec2/lib/aws.sh signs with curl, against botocore's signer, header by header. Debian 13's curl, which instances have, in the replica's s3
 * image: it has botocore too. (Each request of a real boot is checked in the same way by test/instance/aws.py.)
 */
import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { bootProgram } from '../../src/cloud/plan/boot-program.ts';
import { readFolder } from '../../src/io/folder.ts';
import { imageOf } from '../scenarios/images.ts';

const signing = await readFile('docker/ec2/lib/aws.sh', 'utf8');
const functions = `fail() { echo "$1" >&2; exit 1; }\nsha256() { sha256sum | cut -c-64; }\n${signing}`;

const cases: Readonly<Record<string, string>> = {
  'an object, without a body': 'fetch bundles/0a1b.tar.gz /tmp/object',
  'an object that is written': 'echo said >/tmp/log; put /tmp/log boot-logs/web/i-0abc.log',
  'an empty file': ': >/tmp/empty; put /tmp/empty reports/web/i-0abc.json',
  'a key with what a file name may have': 'fetch "releases/a%20b-c_d.e~f/%C3%A9+(1)%21%2A%27.tar.gz" /tmp/object',
  'two slashes': 'fetch "boot-logs//i-0abc.log" /tmp/object',
  'a form': 'aws ec2 / --data Action=AttachVolume --data Version=2016-11-15 --data Device=/dev/sdf',
  'a form with encoded values': `aws cloudformation / --data Action=SignalResource --data-urlencode 'StackName=arn:aws:cloudformation:x:1:stack/é + b/~*'`,
  'an empty body': "aws sts / --data ''",
  'a query in another order, with a value that is empty, and one name twice':
    "aws ec2 '/?Version=2016-11-15&Action=DescribeRegions&b=2&a=1&a=0&B=&empty='",
  'a query with encoded values':
    "aws s3 '/shop-artifacts?list-type=2&prefix=boot-logs%2Fa%20b%3D%C3%A9~&delimiter=%2F' -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD'",
  'a path of another service, which is encoded twice': 'aws ses /v2/email/identities/me%40example.org',
  "Route 53's region, and XML": `aws route53 /2013-04-01/hostedzone/Z1/rrset/ -H 'content-type: text/xml' --data '<a b="é">&amp;</a>'`,
  'JSON with a target': `aws secretsmanager / -H 'content-type: application/x-amz-json-1.1' -H 'x-amz-target: secretsmanager.GetSecretValue' --data '{"SecretId":"é"}'`,
  'headers in any order, with spaces':
    "aws sts / -H 'X-Amz-Zulu: 1' -H 'x-amz-alpha:   two   words  ' -H 'Accept: */*' --data Action=GetCallerIdentity",
};

interface Heard {
  request: string;
  curl: string;
  botocore: string;
  unsigned: string[];
}

test('curl signs as botocore does', async () => {
  const image = await imageOf('s3');
  const script = await readFile('test/docker/signing.py', 'utf8');
  const python = ['--entrypoint', '/opt/localstack/bin/python', image ?? '', '-c', script];
  const { stdout } = await execa('docker', ['run', '--rm', '-i', '--network', 'none', ...python], {
    input: JSON.stringify({ functions, cases }),
  });
  const rows = stdout
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; code: number; stderr: string; heard: Heard[] });
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(cases));
  for (const { name, code, stderr, heard } of rows) {
    expect({ name, code, requests: heard.length }, stderr).toEqual({ name, code: 0, requests: 1 });
    for (const { curl, botocore, unsigned, request } of heard) {
      expect.soft(curl.replace(/, ?/g, ', '), `${name}: ${request}`).toBe(botocore);
      expect.soft(unsigned, name).toEqual([]);
      expect.soft(curl, name).toContain('x-amz-security-token');
    }
  }
});

test('no query has a plus: curl 8.14 signs %2B in one as something else', async () => {
  const boot = bootProgram(await readFolder('docker')).toString();
  const backup = await readFile('docker/roles/backup/backup.sh', 'utf8');
  const asked = [...`${boot}\n${backup}`.matchAll(/\b(?:aws|bucket) (?:s3 )?("[^"]*\?[^"]*")/g)].map(
    ([, path = '']) => path,
  );
  expect(asked.length).toBeGreaterThan(3);
  expect(asked.filter((path) => /\?.*(?:%2b|\+)/i.test(path))).toEqual([]);
  // Of variables there are three: a prefix of ours, a number, and S3's id of an upload, which is letters, digits, `.`, `_` and `-`.
  const variables = asked.flatMap((path) => path.slice(path.indexOf('?')).match(/\$\{?\w+/g) ?? []);
  expect(new Set(variables)).toEqual(new Set(['${1', '$id', '$number', '$2']));
});
