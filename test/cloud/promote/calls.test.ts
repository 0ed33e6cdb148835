/** The policies of cfn/iam against the calls of the built program: it makes every call of test/cfn/calls.ts. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unmade } from './calls.ts';
import { replica } from './replica.ts';
import { changeTemplate, installProgram, site, yes } from './site.ts';

installProgram('cfn');

/** Mail from a public address: else SES is not asked. */
const settings = `site: { name: shop, domain: shop.example.org }
aws: { region: eu-west-1, hostedZone: Z0123456789ABC }
mail: { from: shop@example.org }
`;
const ttl = [...yes, '--set', 'cache.ttl=33'];

// The other direction, that every call has its line and is allowed, is checked after each test of this folder: site.ts.
test('every call of calls.ts is made by its verb', async () => {
  const { run, aws, dir, calls } = await site(settings);
  aws.cloudformation.pageSize = 100;
  aws.account.arn = 'arn:aws:sts::123456789012:assumed-role/Deploy/anna'; // whose role has to be asked for
  aws.account.roles.Deploy = '/team/';
  // The shipped templates keep every bucket; one that is not kept has to be emptied before it is deleted.
  await changeTemplate('50-files.yaml', (text) =>
    text.replace('DeletionPolicy: RetainExceptOnCreate', 'DeletionPolicy: Delete'),
  );
  const docker = await replica(dir);
  const ran = async (args: string[], code: number) => {
    const ended = await run(args, docker);
    expect(ended.code, `${args.join(' ')}\n${ended.stderr}`).toBe(code);
  };
  await ran(['promote', '--unrehearsed', '--plan'], 3); // creates change sets and deletes them again
  aws.script.fail.set('shop-production-data/Cache', 'no');
  await ran(yes, 1); // leaves a database behind its own lock
  aws.script.fail.clear();
  await ran(['promote', '--yes', '--confirm', 'shop-production'], 1); // opens it; with parity at its end, without reports from the nodes
  await ran(['watch'], 0);
  await ran(['logs', '--on', 'aws'], 0);
  const [artifacts] = [...aws.s3.buckets.keys()].filter((name) => name.includes('artifact'));
  aws.s3.put(artifacts ?? '', 'edge/release', 'another');
  await ran(yes, 0); // invalidates the files of that one

  aws.script.fail.set('shop-production-web/WebTemplate', 'no');
  aws.script.failRollback.add('shop-production-web');
  await ran(ttl, 1); // reads boot logs
  aws.script.fail.clear();
  await ran(ttl, 0); // continues the rollback first

  aws.script.hold.add('shop-production-web/WebTemplate');
  await ran([...yes, '--detach'], 0);
  await ran(['promote', '--cancel', '--yes'], 0);
  aws.script.hold.clear();

  const [media] = [...aws.s3.buckets.keys()].filter((name) => name.includes('media'));
  aws.s3.put(media ?? '', 'media/a.jpg', 'x');
  await ran(['destroy', '--yes', '--confirm', 'shop-production'], 0);
  expect(unmade(await calls())).toEqual([]);
}, 180_000);

test('BOOTDEV_AWS_CALLS that cannot be written: an error before AWS is asked', async () => {
  const { run, aws, dir } = await site();
  await writeFile(join(dir, 'a-file'), '');
  const { code, stderr } = await run(['watch'], { BOOTDEV_AWS_CALLS: join(dir, 'a-file', 'calls') });
  expect(code).toBe(2);
  expect(stderr).toContain('→ BOOTDEV_AWS_CALLS=/tmp/calls, or another file that you may write to; or unset it');
  expect(aws.calls).toEqual([]);
});
