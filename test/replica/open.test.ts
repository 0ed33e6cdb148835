import { expect, it } from 'vitest';
import { open } from '../../src/replica/open.ts';
import { newReplica, play } from './replica.ts';

it('opens the site, or what was named, in the browser', async () => {
  const replica = await newReplica();
  await replica.up();
  replica.engine.did.length = 0;
  const { events } = await play(open(await replica.open()));
  await play(open(await replica.open(), { name: 'mail' }));
  expect(replica.engine.did).toEqual(['browse https://shop.localhost:8443', 'browse http://127.0.0.1:8025']);
  expect(events).toEqual([{ type: 'done', text: 'Opened https://shop.localhost:8443' }]);
});

it('says the address where there is no browser', async () => {
  const replica = await newReplica();
  await replica.up();
  const context = await replica.open();
  context.io.browse = async () => false;
  expect((await play(open(context))).events).toEqual([{ type: 'done', text: 'https://shop.localhost:8443' }]);
});

it('refuses a name that is no address, and a replica that was never started', async () => {
  const replica = await newReplica();
  expect((await play(open(await replica.open()))).error?.message).toBe('The replica was not started yet.');
  await replica.up();
  const { error } = await play(open(await replica.open(), { name: 'shop' }));
  expect(error).toMatchObject({ code: 2, hint: 'one of: site, http, mail, s3, status' });
});
