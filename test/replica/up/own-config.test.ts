/** Own files in `up`: asked for once, part of the machines, and switched back everywhere where one machine cannot use them. */
import { readFileSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { acceptFiles, unacceptedFiles } from '../../../src/project/own-config/accepted.ts';
import { light, newReplica, only, type Replica } from '../replica.ts';

/** A replica that runs, with its state in its own folder. */
async function running(replica: Replica) {
  expect((await replica.up()).error).toBeUndefined();
  replica.engine.did.length = 0;
  return replica;
}

async function put({ dir, open }: Replica, path: string, text: string, accepted = true) {
  const file = join(dir, 'bootdev', path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  if (accepted) await acceptFiles(await open());
}

const live = ({ engine }: Replica, machine: string, path: string) =>
  engine.machine(machine).machine?.live.get(path)?.bytes.toString();
const desired = ({ engine }: Replica, kind: string) =>
  engine.volumeAt(engine.machine('web-1'), '/bundle')?.get(`desired/${kind}`)?.toString();

describe('own files', () => {
  it('that came with a clone are refused until somebody here accepts them', async () => {
    const replica = await newReplica();
    await put(replica, 'nginx/server/site.conf', 'location = /a { return 204; }', false);
    const { error, events } = await replica.up();
    expect(error).toMatchObject({ code: 2, hint: expect.stringContaining('bootdev up --yes') });
    expect(error?.message).toContain('\n    bootdev/nginx/server/site.conf');
    expect(events).toEqual([]);
    await acceptFiles(await replica.open());
    expect((await replica.up()).error).toBeUndefined();
    expect(live(replica, 'web-2', 'etc/nginx/own/server/site.conf')).toBe('location = /a { return 204; }');
  });

  it('that somebody changes or adds here are not asked for again', async () => {
    const replica = await newReplica();
    await put(replica, 'php/site.ini', 'max_input_vars = 1\n');
    expect((await replica.up()).error).toBeUndefined();
    await put(replica, 'php/site.ini', 'max_input_vars = 2\n', false);
    await put(replica, 'cron', '@daily job report php report.php\n', false);
    expect(await unacceptedFiles(await replica.open())).toEqual([]);
    replica.engine.did.length = 0;
    expect((await replica.up()).error).toBeUndefined();
    expect(replica.engine.did.filter((it) => it.startsWith('apply'))).toEqual([
      'apply web-1',
      'apply web-2',
      'apply admin',
    ]);
    expect(live(replica, 'admin', 'etc/php/bootdev.ini')).toMatch(
      /; from bootdev\/php\/site\.ini\nmax_input_vars = 2\n$/,
    );
  });

  it('that are refused leave the replica as it is, with file and line', async () => {
    const replica = await running(await newReplica());
    await put(replica, 'nginx/server/site.conf', 'location = /a {\n  return 204;\n');
    await put(replica, 'php/site.ini', '\nauto_prepend_file = x.php\n');
    const { error } = await replica.up();
    expect(error?.message).toMatch(
      /^Your own configuration cannot be taken:\n {2}bootdev\/nginx\/server\/site\.conf:1 .*\n {2}bootdev\/php\/site\.ini:2 /,
    );
    expect(replica.engine.did).toEqual([]);
  });

  it('that are no plain files are refused, and not followed', async () => {
    const replica = await newReplica();
    await put(replica, 'php/site.ini', 'max_input_vars = 1\n');
    await symlink('/etc/passwd', join(replica.dir, 'bootdev/php/other.ini'));
    await writeFile(join(replica.dir, 'bootdev/php/long.ini'), ';'.repeat(70_000));
    await writeFile(join(replica.dir, 'bootdev/php/cr.ini'), '; x\rextension = y\n');
    await writeFile(join(replica.dir, 'bootdev/php/latin.ini'), Buffer.from('; \xe4\n', 'latin1'));
    const { error } = await replica.up();
    expect(error?.message.split('\n').slice(1)).toEqual([
      '  bootdev/php/cr.ini:1  there is a character here that nobody sees (U+000D).',
      '  bootdev/php/latin.ini  it is not UTF-8.',
      '  bootdev/php/long.ini  it has 70000 bytes, at most 65536 are taken.',
      '  bootdev/php/other.ini  it is a link.',
    ]);
  });

  it('in a folder that is a link are refused', async () => {
    const replica = await newReplica();
    await symlink('/etc', join(replica.dir, 'bootdev'));
    expect((await replica.up()).error?.message).toMatch(/\n {2}bootdev\/ {2}it is a link\.$/);
  });

  it('are not a program of that name, as a person may have it there', async () => {
    const replica = await newReplica();
    await writeFile(join(replica.dir, 'bootdev'), '#!/bin/sh\n', { mode: 0o755 });
    expect((await replica.up()).error).toBeUndefined();
  });

  const check = '/etc/bootdev/check.Ab12Cd/etc';
  const ini = readFileSync('docker/roles/php-cli/root/etc/php/bootdev.ini', 'utf8').split('\n').length;
  it.each([
    [
      'nginx/server/site.conf',
      '# 1\nlocation = /a { rewrite "(" /; }\n',
      ['rewrite "("', `nginx: [emerg] pcre2_compile() failed in ${check}/nginx/own/server/site.conf:2`],
      'failed in bootdev/nginx/server/site.conf:2',
    ],
    [
      'php/site.ini',
      'date.timezone = Nowhere\n',
      ['Nowhere', `PHP:  syntax error, unexpected '(' in ${check}/php/bootdev.ini on line ${ini + 2}`],
      "unexpected '(' in bootdev/php/site.ini:1",
    ],
    [
      'mysql/site.cnf',
      '[mysqld]\nsql-mode = NO_SUCH_MODE\n',
      ['NO_SUCH_MODE', "mysqld: Error while setting value 'NO_SUCH_MODE' to 'sql_mode'."],
      "to 'sql_mode'. (bootdev/mysql/site.cnf:2)",
    ],
  ] as const)(
    "that a machine's own check refuses: %s is named as the user has it, and nothing changes",
    async (...row) => {
      const [path, text, [cause, said], expected] = row;
      const replica = await running(await newReplica());
      const before = [desired(replica, 'web'), desired(replica, 'mysql')];
      await put(replica, path, text);
      replica.engine.refuses = (_, each) => (each.includes(cause) ? said : undefined);
      const { error } = await replica.up();
      expect(error?.message).toContain(expected);
      expect(replica.engine.did).toEqual(['load']);
      expect([desired(replica, 'web'), desired(replica, 'mysql')]).toEqual(before);
    },
  );
});

describe('a bundle that one machine cannot use', () => {
  it.each<[string, (replica: Replica) => void]>([
    [
      'since its program does not take it',
      ({ engine }) => {
        engine.failingReloads.set('web-2', 'nginx kept its old configuration: its log says why');
        engine
          .machine('web-2')
          .log.push(
            'nginx | [emerg] limit_req "mine" uses the "$a" key in /etc/bootdev/current/etc/nginx/own/http/site.conf:1',
          );
      },
    ],
    ['since it is not healthy with it', ({ engine }) => engine.unhealthyWith.set('web-2', 'zone=mine')],
  ])('%s is switched back on all, and no machine boots from it', async (_, trouble) => {
    const replica = await running(await newReplica());
    const before = ['web-1', 'web-2', 'admin'].map((name) => replica.engine.machine(name).machine?.digest);
    const asked = desired(replica, 'web');
    await put(replica, 'nginx/http/site.conf', 'limit_req_zone $uri zone=mine:1m rate=5r/s;');
    trouble(replica);
    const { error, events } = await replica.up();
    expect(error?.message).toMatch(/^web-2 (?:did not activate|is not healthy with) the new files\.\n/);
    expect(error?.message).toMatch(/\nweb-1, web-2 have their earlier files again\.$/);
    if (replica.engine.failingReloads.size > 0) expect(error?.message).toContain('in bootdev/nginx/http/site.conf:1');
    expect(['web-1', 'web-2', 'admin'].map((name) => replica.engine.machine(name).machine?.digest)).toEqual(before);
    expect(desired(replica, 'web')).toBe(asked);
    expect(replica.engine.did).toEqual(['load', 'apply web-1', 'apply web-2', 'back web-2', 'back web-1']);
    expect(only(events, 'ready')).toEqual([]);
    // Without the cause the same files are taken.
    replica.engine.failingReloads.clear();
    replica.engine.unhealthyWith.clear();
    expect((await replica.up()).error).toBeUndefined();
    expect(live(replica, 'web-2', 'etc/nginx/own/http/site.conf')).toContain('zone=mine');
    expect(desired(replica, 'web')).not.toBe(asked);
  });

  it('since its program ends with it: the machine boots with the earlier files', async () => {
    const replica = await running(await newReplica());
    const before = replica.engine.machine('mysql').machine?.digest;
    await put(replica, 'mysql/site.cnf', '[mysqld]\nsort_buffer_size = 64G\n');
    replica.engine.crashingReloads.set('mysql', 'mysqld | [ERROR] sort_buffer_size: cannot allocate');
    const { error } = await replica.up();
    expect(error?.message.split('\n')).toEqual([
      'mysql ended with the new files.',
      '    mysqld | [ERROR] sort_buffer_size: cannot allocate (bootdev/mysql/site.cnf:2)',
      'mysql has its earlier files again.',
    ]);
    expect(replica.engine.machine('mysql').machine?.digest).toBe(before);
  });

  it('also where machines were started with it: the next one boots from the earlier one', async () => {
    const replica = await running(await newReplica());
    const asked = desired(replica, 'web');
    await put(replica, 'nginx/http/site.conf', 'limit_req_zone $uri zone=mine:1m rate=5r/s;');
    await replica.settings(`${light}web: { count: 3 }\n`);
    replica.engine.failingReloads.set('web-2', 'nginx: no');
    expect((await replica.up()).error?.message).toContain('web-1, web-2 have their earlier files again.');
    expect(desired(replica, 'web')).toBe(asked);
  });
});
