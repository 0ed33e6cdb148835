/** promote, where the replica serves a live folder: a release of it runs here first. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { rehearseLive } from '../../src/commands/aws/rehearse-live.ts';
import type { Call } from '../../src/commands/call.ts';
import { rehearsal } from '../../src/replica/rehearsal.ts';
import { light, newReplica } from '../replica/replica.ts';

const call = (yes: boolean): Call<{ yes: boolean }> => ({
  ...{ line: ['promote'], args: [], signal: new AbortController().signal },
  flags: { yes, json: true, set: [], projectDir: '.' },
  say: (said) => said,
});

it('is asked for, and then rehearsed; a replica with a release is left as it is', async () => {
  const replica = await newReplica(`${light}application: php\n`);
  await writeFile(join(replica.dir, 'index.php'), '<?php');
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await rehearseLive(await replica.open(), call(false)); // no replica yet
  const { error } = await replica.up();
  expect(error).toBeUndefined();
  const context = await replica.open();
  await expect(rehearseLive(context, call(false))).rejects.toMatchObject({ hint: 'bootdev promote --yes' });
  await rehearseLive(context, call(true));
  const { rehearsed = '' } = context.state;
  expect(await rehearsal(context, { root: rehearsed })).toMatchObject({ done: true });
  replica.engine.did.length = 0;
  await rehearseLive(await replica.open(), call(false));
  expect(replica.engine.did).toEqual([]);
  vi.restoreAllMocks();
});
