/** What holds for every machine of the replica, whatever runs in it: read from the compose files. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

interface Service {
  mem_limit?: string;
  memswap_limit?: string;
  cap_add?: string[];
  security_opt?: string[];
}
interface Profile {
  defaultAction: string;
  syscalls: { names: string[]; action: string; comment?: string; args?: object[] }[];
}
const services = readdirSync('compose')
  .filter((name) => name.endsWith('.yaml'))
  .flatMap((file) => {
    const { services: found } = parse(readFileSync(`compose/${file}`, 'utf8'), { merge: true }) as {
      services: Record<string, Service>;
    };
    return Object.entries(found).map(([name, service]) => ({ name: `${file} ${name}`, service }));
  });
const profile = (name: string) => JSON.parse(readFileSync(`compose/${name}`, 'utf8')) as Profile;
const profiles = { 'seccomp.json': profile('seccomp.json'), 'seccomp-nodes.json': profile('seccomp-nodes.json') };

test('memory is all that a machine has: none has swap beside it', () => {
  const limited = services.filter(({ service }) => service.mem_limit !== undefined);
  expect(limited.length).toBeGreaterThan(10);
  expect(limited.filter(({ service }) => service.memswap_limit !== service.mem_limit)).toEqual([]);
});

test('who has SYS_ADMIN has a profile of ours', () => {
  const strong = services.filter(({ service }) => service.cap_add?.includes('SYS_ADMIN'));
  expect(strong.map(({ name }) => name)).toEqual(
    ['gluster-1', 'gluster-2', 'arbiter', 'web', 'xdebug', 'admin', 'tool'].map((name) => `gluster.yaml ${name}`),
  );
  for (const { name, service } of strong) {
    const expected = /web|xdebug|admin|tool/.test(name) ? 'seccomp.json' : 'seccomp-nodes.json';
    expect(service.security_opt, name).toEqual([`seccomp=./${expected}`]);
  }
});

test.each(Object.entries(profiles))('%s knows one architecture, and says why each call is closed', (_, it) => {
  // A list of architectures would open those: calls of i386 and x32 then pass by the rules.
  expect(Object.keys(it)).toEqual(['defaultAction', 'syscalls']);
  expect(it.syscalls.length).toBeGreaterThan(15);
  expect(it.syscalls.filter(({ action, comment = '' }) => action !== 'SCMP_ACT_ERRNO' || comment.length < 10)).toEqual(
    [],
  );
});

test('nodes mount nothing, and all else is the same', () => {
  const own = profiles['seccomp.json'].syscalls.filter(({ names }) => names.join() !== 'mount');
  const mount = profiles['seccomp-nodes.json'].syscalls.filter(({ names }) => names.includes('mount'));
  expect(mount).toMatchObject([{ names: ['mount', 'umount', 'umount2'] }]);
  expect(profiles['seccomp-nodes.json'].syscalls.filter((rule) => !mount.includes(rule))).toEqual(own);
});
