import { expect, test } from 'vitest';
import { installProgram, site } from './site.ts';

installProgram();

test('first', async () => {
  const { run, aws } = await site();
  const ran = await run(['promote', '--unrehearsed', '--yes']);
  console.log(ran.stdout, '\n-----\n', ran.stderr, ran.code);
  console.log(aws.cloudformation.stacks.map(({ name, status }) => `${name} ${status}`));
  const again = await run(['promote', '--unrehearsed', '--yes', '--set', 'cache.ttl=33']);
  console.log(again.stdout, '\n-----\n', again.stderr, again.code);
  const third = await run(['promote', '--unrehearsed', '--yes', '--set', 'cache.ttl=33']);
  console.log(third.stdout, '\n-----\n', third.stderr, third.code);
  expect(ran.code).toBe(0);
});
