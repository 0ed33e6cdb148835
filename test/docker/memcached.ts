/** A memcached node alone, without a configuration of ours: what it answers is the same. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { imageOf } from '../scenarios/images.ts';

export interface MemcachedNode {
  /** Its address; the port is 11211. */
  host: string;
  /** As a node that hangs: it takes connections and says nothing. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** As a node that is gone: nothing has its address any more. */
  stop(): Promise<void>;
}

export async function startMemcached(): Promise<MemcachedNode> {
  const image = process.env.BOOTDEV_TEST_MEMCACHED_IMAGE ?? (await imageOf('memcached'));
  if (!image) throw new Error('the image bootdev/memcached was not made');
  const docker = async (...args: string[]) => (await promisify(execFile)('docker', args)).stdout.trim();
  const id = await docker(
    'run',
    '-d',
    '--rm',
    '--no-healthcheck',
    '--user',
    'memcache',
    '--entrypoint',
    'memcached',
    image,
  );
  return {
    host: await docker('inspect', '-f', '{{.NetworkSettings.IPAddress}}', id),
    freeze: async () => void (await docker('pause', id)),
    thaw: async () => void (await docker('unpause', id)),
    stop: async () => void (await docker('rm', '-f', id).catch(() => {})),
  };
}
