/** What `up` refuses, and how it stops. */
import { describe, expect, it } from 'vitest';
import { light, newReplica } from '../replica.ts';

describe('what it refuses', () => {
  it('data of another database, before anything changes; --new-database goes on beside it', async () => {
    const replica = await newReplica();
    await replica.up();
    await replica.settings(`${light}database: { engine: mariadb }\n`);
    replica.engine.did.length = 0;
    const { events, error } = await replica.up();
    expect(error?.message).toContain('Nothing was changed.');
    expect(events).toEqual([]);
    expect(replica.engine.did).toEqual([]);
    expect((await replica.up(undefined, { newDatabase: true })).error).toBeUndefined();
    expect([...replica.engine.volumes.values()].map(({ key }) => key)).toEqual(
      expect.arrayContaining(['mysql-9.7', 'mariadb-11.8']),
    );
  });

  it('a container of somebody else that has the name', async () => {
    const replica = await newReplica();
    await replica.up();
    const lb = replica.engine.machine('lb');
    lb.project = 'another';
    const { error } = await replica.up();
    expect(error?.message).toContain(`The container name "/${lb.name}" is already in use`);
  });

  it('a stop goes on where it was', async () => {
    const replica = await newReplica();
    replica.engine.unhealthy.add('mysql');
    const verb = replica.up((context) => {
      const { pause } = context.io.clock;
      context.io.clock.pause = async (ms) => {
        replica.stop.abort();
        await pause(ms);
      };
    });
    expect((await verb).error).toMatchObject({ code: 130, hint: expect.stringContaining('bootdev up goes on') });
  });
});
