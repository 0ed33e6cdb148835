/** A database has a lock of its own: no failed or cancelled creation, and no stack without outputs, may stay behind it for ever. */
import { expect, test } from 'vitest';
import { from, installProgram, site, untilStatus, yes } from './site.ts';

installProgram('cfn');

const named = ['--confirm', 'shop-production'];
const data = 'shop-production-data';

async function shipped() {
  const made = await site();
  made.aws.cloudformation.pageSize = 100;
  return made;
}

test('a creation that failed after its database: promote asks for the name, opens the lock and continues', async () => {
  const { run, aws } = await shipped();
  aws.script.fail.set(`${data}/Cache`, 'no');
  expect((await run(yes)).code).toBe(1);
  expect(aws.stack(data).status).toBe('ROLLBACK_FAILED');
  // What is kept when the stack is deleted is not kept of a creation that failed.
  expect([...aws.stack(data).resources.keys()]).toEqual(['Database']);
  aws.script.fail.clear();
  const asked = await run(yes);
  expect(asked.code).toBe(2);
  expect(from(asked.stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: Deleting shop-production-data deletes its database shop-production-data-database: --yes also needs --confirm with the name.
      → bootdev promote --unrehearsed --yes --confirm shop-production"
  `);
  const again = await run([...yes, ...named]);
  expect(again.code, again.stderr).toBe(0);
});

test('a creation that is cancelled while the database is being made', async () => {
  const { run, aws, start } = await shipped();
  aws.script.hold.add(`${data}/Database`);
  const running = start(yes);
  await untilStatus(() => aws.stack(data).resources.get('Database')?.status === 'CREATE_IN_PROGRESS');
  running.kill('SIGINT');
  await running;
  aws.script.hold.clear();
  expect((await run(['promote', '--cancel', '--yes'])).code).toBe(2);
  const cancelled = await run(['promote', '--cancel', '--yes', ...named]);
  expect(cancelled.code, cancelled.stderr).toBe(0);
  expect(aws.cloudformation.find(data)).toBeUndefined();
});

test('destroy: a stack whose creation failed has no outputs', async () => {
  const { run, aws } = await shipped();
  aws.script.fail.set(`${data}/Cache`, 'no');
  expect((await run(yes)).code).toBe(1);
  const ran = await run(['destroy', '--yes', ...named]);
  expect(ran.code, ran.stderr).toBe(0);
  expect(aws.cloudformation.find(data)).toBeUndefined();
});
