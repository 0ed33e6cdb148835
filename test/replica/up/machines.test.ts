/** What becomes of single machines in an `up`. */
import { describe, expect, it } from 'vitest';
import { light, newReplica, only } from '../replica.ts';
import { healthy } from './healthy.ts';

describe('a machine', () => {
  it('that was killed is started again, the others stay', async () => {
    const replica = await newReplica();
    await replica.up();
    replica.engine.kill('web-1');
    replica.engine.did.length = 0;
    const { events, error } = await replica.up();
    expect(error).toBeUndefined();
    expect(replica.engine.did).toEqual(['start web-1']);
    expect(healthy(events)).toContain('web-1');
  });

  it('that can never start again is made again', async () => {
    const replica = await newReplica();
    await replica.up();
    replica.engine.kill('mysql');
    replica.engine.machine('mysql').error = 'failed to create task: task 1a already exists';
    replica.engine.did.length = 0;
    expect((await replica.up()).error).toBeUndefined();
    expect(replica.engine.did).toEqual(['load', 'remove mysql', 'create mysql', 'start mysql']);
  });

  it('that kept ending is tried again at once', async () => {
    const replica = await newReplica();
    replica.engine.crashing.set('mysql', { exitCode: 3, log: 'no such luck' });
    await replica.up();
    expect(replica.engine.machine('mysql').state).toBe('restarting');
    replica.engine.crashing.clear();
    replica.engine.did.length = 0;
    expect((await replica.up()).error).toBeUndefined();
    expect(replica.engine.did).toContain('restart mysql');
  });

  it('that ends ends this at once, with its log', async () => {
    const replica = await newReplica();
    replica.engine.crashing.set('mysql', { exitCode: 3, log: 'no such luck' });
    const { error } = await replica.up();
    expect(error).toMatchObject({ hint: 'bootdev logs mysql' });
    expect(error?.message).toBe('mysql ended (exit 3). Its log:\n    machine: mysql boots\n    no such luck');
  });

  it('that never gets healthy ends this after three minutes, with its log', async () => {
    const replica = await newReplica();
    replica.engine.unhealthy.add('web-2');
    const before = replica.engine.io().clock.now();
    const { events, error } = await replica.up();
    expect(error).toMatchObject({ hint: 'bootdev logs web-2' });
    expect(error?.message).toBe('Not healthy after 180 s: web-2. The log of web-2:\n    machine: web-2 boots');
    expect(replica.engine.io().clock.now() - before).toBeGreaterThan(180_000);
    expect(only(events, 'machine').filter(({ name }) => name === 'web-2')).toMatchObject([
      { state: 'starting' },
      { state: 'unhealthy' },
    ]);
    expect(only(events, 'ready')).toEqual([]);
    expect((await replica.open()).state.rehearsed).toBeUndefined();
  });

  it('more or fewer of them: only those', async () => {
    const replica = await newReplica();
    await replica.up();
    replica.engine.did.length = 0;
    await replica.settings(`${light}web: { count: 3 }\n`);
    await replica.up();
    expect(replica.engine.did.filter((it) => /^(create|remove)/.test(it))).toEqual(['create web-3']);
    await replica.settings(`${light}web: { count: 1 }\n`);
    replica.engine.did.length = 0;
    await replica.up();
    expect(replica.engine.did.filter((it) => /^(create|remove)/.test(it)).sort()).toEqual([
      'remove web-2',
      'remove web-3',
    ]);
  });

  it('of a service that the settings no longer have is removed; its data stays', async () => {
    const replica = await newReplica('files: { store: volume }\n');
    await replica.up();
    await replica.settings(light);
    replica.engine.did.length = 0;
    await replica.up();
    expect(replica.engine.did).toContain('remove solr');
    expect([...replica.engine.volumes.values()].map(({ key }) => key)).toContain('solr-9');
  });
});
