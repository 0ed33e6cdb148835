import { describe, expect, it } from 'vitest';
import { capacity, databaseConnections, plannedChild } from '../../src/machines/capacity.ts';

const php = { memoryLimit: 256, childMemory: 0 };
const of = (memory: number, cpus = 2) => capacity({ memory, cpus }, { php, connections: 100 });

describe('capacity', () => {
  it('fits a large instance as measured: 16 to 32 children on 8 GiB and 2 vCPU', () => {
    const children = Number(of(8192).FPM_CHILDREN);
    expect(children).toBeGreaterThanOrEqual(16);
    expect(children).toBeLessThanOrEqual(32);
  });

  it.each([0, 16, 40, 100])('never plans more memory than the machine has (php.childMemory %d)', (childMemory) => {
    for (let memory = 256; memory <= 16_384; memory += 32) {
      const limit = Math.min(256, memory - 128);
      const child = Math.min(childMemory, Math.floor((memory - 128) / 2));
      const php = { memoryLimit: limit, childMemory: child };
      const made = capacity({ memory, cpus: 2 }, { php, connections: 100 });
      const { OPCACHE_MB, APCU_MB, FPM_CHILDREN, DB_BUFFER_POOL_MB, MEMCACHED_MB } = made;
      const web = 64 + Number(OPCACHE_MB) + Number(APCU_MB) + Number(FPM_CHILDREN) * plannedChild(php);
      expect.soft(web, `web of ${memory}`).toBeLessThanOrEqual(memory);
      expect.soft(Number(DB_BUFFER_POOL_MB), `mysql of ${memory}`).toBeLessThan(memory);
      expect.soft(Number(MEMCACHED_MB), `memcached of ${memory}`).toBeLessThan(memory);
    }
  });

  it('plans with what was measured, where that is set', () => {
    const children = (childMemory: number) =>
      Number(
        capacity({ memory: 512, cpus: 2 }, { php: { memoryLimit: 256, childMemory }, connections: 1 }).FPM_CHILDREN,
      );
    expect([children(0), children(64), children(24), children(100)]).toEqual([5, 5, 15, 3]);
  });

  it('gives a large database what it gets on RDS by itself, and a small one what fits', () => {
    expect(of(768)).toMatchObject({ DB_REDO_LOG_MB: '184', DB_PERFORMANCE_SCHEMA: '0' });
    expect(of(384)).toMatchObject({ DB_REDO_LOG_MB: '128' });
    expect(of(8192)).toMatchObject({ DB_REDO_LOG_MB: '3072', DB_PERFORMANCE_SCHEMA: '1' });
    expect(of(65_536)).toMatchObject({ DB_REDO_LOG_MB: '4096' });
  });

  it('takes three quarters for the buffer pool where the server has the machine to itself', () => {
    expect(of(8192).DB_BUFFER_POOL_MB).toBe('6144');
  });
});

describe('databaseConnections', () => {
  const web = { memory: 8192, cpus: 2 };

  it('is one for each FPM child of every web machine, and some for the rest', () => {
    const children = Number(of(web.memory, web.cpus).FPM_CHILDREN);
    expect(databaseConnections(web, { most: 6, php })).toBe(6 * children + 30);
  });

  it('is what the rest needs where no size of a web machine is known', () => {
    expect(databaseConnections(undefined, { most: 6, php })).toBe(30);
  });
});
