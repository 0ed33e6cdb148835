/** Live code: edits show at the next request on every machine, tools write as the owner, and the way to a release and back. */
import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { terminal } from '../cli/terminal.ts';
import { listen } from './dbgp.ts';
import { docker, eventually, newReplica, type Replica } from './replica.ts';

const settings = `
site: { name: live }
application: php
code: { path: site, docroot: web }
memcached: { count: 1 }
search: { engine: none }
cron: { enabled: false }
`;
const isRoot = process.getuid?.() === 0;
/** Not who the tests run as, where that is possible. */
const owner = isRoot ? 1000 : (process.getuid?.() ?? 0);
let replica: Replica;

const at = (path: string) => join(replica.dir, 'site', path);
/** As somebody with umask 077 has it. */
async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(at(path)), { recursive: true });
  await writeFile(at(path), text, { mode: 0o600 });
  await own(owner, path);
}
const own = (uid: number, path = '') =>
  isRoot ? execa('chown', ['-R', '--no-dereference', `${uid}`, at(path)]) : undefined;

const pageSource = `<?php
header('Cache-Control: public, max-age=60');
echo require '../lib/word.php', ' ', getmyuid(), ':', posix_geteuid(), ':', posix_getegid(), ' ', hrtime(true);`;

beforeAll(async () => {
  replica = await newReplica(settings);
  await write('web/index.php', pageSource);
  await write('lib/word.php', "<?php return 'first';");
  await write('web/style.css', 'first');
  await write('.git/config', '[core]\n');
  await write('lib/sub/.git', 'gitdir: ../../.git/modules/sub\n');
  await symlink('/run/secrets/app/hash-salt', at('web/salt.css'));
  await symlink('style.css', at('web/same.css'));
  await own(owner);
  await execa('chmod', ['-R', 'go-rwx', at('')]);
  const { stderr } = await replica.ensure('up');
  expect(stderr).toContain(`live · page cache off: an edit in ${at('')} shows at the next request.`.replace('/ ', ' '));
});
afterAll(() => replica?.remove());

const inside = async (machine: string, ...command: string[]) =>
  docker('exec', await replica.container(machine), ...command);
/** From this machine's own nginx. */
const ask = (machine: string, path = '/') => inside(machine, 'curl', '-s', `http://127.0.0.1${path}`);
const head = (machine: string, path = '/') =>
  inside(machine, 'curl', '-s', '-D', '-', '-o', '/dev/null', `http://127.0.0.1${path}`);
const machines = ['web-1', 'web-2'];
const fromAll = (path: string) => Promise.all(machines.map((machine) => ask(machine, path)));
const first = (answers: string[]) => answers.map((answer) => answer.split(' ')[0]);

describe('an edit', () => {
  const ways = {
    'in place': (path: string, text: string) => writeFile(at(path), text),
    'by a rename': async (path: string, text: string) => {
      await write(`${path}.new`, text);
      await rename(at(`${path}.new`), at(path));
    },
  };
  test.each(Object.entries(ways))('%s shows at the next request on both machines', async (_, edit) => {
    for (const word of ['one', 'three', 'eleven']) {
      await fromAll('/');
      await fromAll('/style.css');
      await edit('lib/word.php', `<?php return '${word}';`);
      await edit('web/style.css', `a { content: '${word}' }`);
      expect(first(await fromAll('/'))).toEqual([word, word]);
      expect(await fromAll('/style.css')).toEqual(machines.map(() => `a { content: '${word}' }`));
    }
  });

  test('is not hidden by a cache: no page is stored, and browsers ask again for files', async () => {
    for (let n = 0; n < 3; n++) expect(await head('web-1')).toMatch(/^x-cache: BYPASS\r$/im);
    expect(await ask('web-1')).not.toBe(await ask('web-1'));
    expect(await head('web-1', '/style.css')).toMatch(/^cache-control: no-cache\r$/im);
  });

  test('and bootdev why says so', async () => {
    const { stdout } = await replica.ensure('why', '/');
    expect(stdout).toMatch(/^nginx .* bypass {2}live code \(code.mode\): the page cache is off/m);
    expect(stdout).toMatch(/^php .* 200 /m);
  });
});

describe('who may what', () => {
  test('the site runs as the owner of the folder, in the group that reads secrets and writes shared files', async () => {
    expect((await ask('web-1')).split(' ')[1]).toBe(`${owner}:${owner}:33`);
    const upload =
      'echo file_get_contents("/run/secrets/app/db-password") !== "", file_put_contents("/srv/files/public/upload", "x");';
    expect(await inside('admin', 'site', 'php', '-r', upload)).toBe('11');
    expect(await inside('web-2', 'stat', '-c', '%u:%g', '/srv/files/public/upload')).toBe(`${owner}:33`);
  });

  test.each(['web-1', 'admin'])('nothing on %s writes the folder, not even root', async (machine) => {
    for (const who of [[], ['site']])
      await expect(inside(machine, ...who, 'touch', '/srv/code/current/web/planted')).rejects.toThrow(
        'Read-only file system',
      );
  });

  test('a link leads nowhere but to the owner’s own files', async () => {
    expect(await head('web-1', '/same.css')).toMatch(/^HTTP\/1.1 200/);
    const salt = await inside('web-1', 'cat', '/run/secrets/app/hash-salt');
    expect(salt).toHaveLength(64);
    expect(await ask('web-1', '/salt.css')).toMatch(/^eleven /); // as if it were not there: the application answers
  });
});

describe('a tool', () => {
  beforeAll(() => replica.ensure('run', 'true')); // what it runs in is made the first time

  /** What a command prints, one line each. */
  const run = async (script: string, ...flags: string[]) => {
    const ended = await replica.bootdev(...flags, 'run', 'sh', '-c', script);
    return { ...ended, lines: ended.stdout.split('\n') };
  };

  test('writes as the owner, with the environment of the site; its exit code is the command’s', async () => {
    const { lines, code, stderr } = await run(
      'id -u; echo "$DB_HOST"; getent hosts memcached >/dev/null && echo near; echo 1 >made; exit 7',
    );
    expect({ lines, code, stderr }).toEqual({ lines: [String(owner), 'mysql', 'near'], code: 7, stderr: '' });
    const made = await stat(at('made'));
    expect([made.uid, await readFile(at('made'), 'utf8')]).toEqual([owner, '1\n']);
    expect((await run('cat made')).lines).toEqual(['1']);
  });

  test('composer, npm, php and mysql by their names, in a pipe too', async () => {
    await write(
      'composer.json',
      JSON.stringify({
        name: 'shop/site',
        repositories: [{ 'packagist.org': false }],
        autoload: { classmap: ['lib'] },
      }),
    );
    await write(
      'package.json',
      JSON.stringify({ name: 'shop', version: '1.0.0', scripts: { hello: 'echo hello from npm' } }),
    );
    const composer = await replica.bootdev('composer', 'install');
    expect([composer.code, existsSync(at('vendor/autoload.php')), (await stat(at('vendor/autoload.php'))).uid]).toEqual(
      [0, true, owner],
    );
    expect((await replica.ensure('npm', 'run', '--silent', 'hello')).stdout).toBe('hello from npm');
    expect((await replica.bootdev('composer', 'no-such-command')).code).toBe(1);
    expect((await replica.ensure('php', '-r', 'echo getenv("DB_HOST");')).stdout).toBe('mysql');
    expect((await replica.bootdev('php', '-r', 'exit(9);')).code).toBe(9);
    expect((await replica.ensure('mysql', '-N', '-e', 'SELECT DATABASE()')).stdout).toBe('site');
    const piped = await execa(process.execPath, [resolve('dist/cli.js'), '-C', replica.dir, 'mysql', '-N'], {
      input: 'SELECT 6 * 7;',
    });
    expect(piped.stdout).toBe('42');
  });

  test('writes the shared files too, and they arrive', async () => {
    expect((await run('echo from a tool >/srv/files/public/tool')).code).toBe(0);
    expect(await inside('web-1', 'cat', '/srv/files/public/tool')).toBe('from a tool');
  });

  test('cannot write history, settings or own files, and does not see .bootdev', async () => {
    if (isRoot) await chown(replica.dir, owner, -1);
    const attempt = (path: string) => `{ echo x >>${path}; } 2>/dev/null && echo ${path}`;
    const inCode = ['.git/config', '.git/hooks.x', 'lib/sub/.git'];
    const inProject = [
      ...inCode.map((path) => `site/${path}`),
      'bootdev.yaml',
      'bootdev.local.yaml',
      'bootdev/nginx.conf',
    ];
    expect(
      (
        await run(
          `for path in ${inCode.join(' ')}; do ${attempt('$path')}; done; mv .git x 2>/dev/null && echo moved; true`,
        )
      ).lines,
    ).toEqual(['']);
    const whole = await run(
      `for path in ${inProject.join(' ')}; do ${attempt('$path')}; done; rm -f bootdev.yaml 2>/dev/null; ls .bootdev; echo end`,
      ...['--set', 'code.path=.', '--set', 'code.docroot=site/web'],
    );
    expect(whole.lines, whole.stderr).toEqual(['end']);
    expect(await readFile(join(replica.dir, 'bootdev.yaml'), 'utf8')).toBe(settings);
    for (const name of ['bootdev', 'bootdev.local.yaml'])
      await expect(stat(join(replica.dir, name))).rejects.toThrow('ENOENT');
  });

  const tools = async () => {
    const project = `label=com.docker.compose.project=${await replica.project()}`;
    const list = await docker('ps', '-aq', '--filter', project, '--filter', 'label=com.docker.compose.service=tool');
    return list.split('\n').filter(Boolean);
  };
  /** A process group of its own, as a terminal has it. */
  const started = async (script: string) => {
    const program = [join(import.meta.dirname, '../../dist/cli.js'), 'run', 'sh', '-c', script];
    const child = execa(process.execPath, program, {
      cwd: replica.dir,
      detached: true,
      reject: false,
      env: { XDG_CONFIG_HOME: replica.dir },
    });
    await eventually(
      20_000,
      async () =>
        stat(at('begun')).then(
          () => true,
          () => false,
        ),
      Boolean,
    );
    await rm(at('begun'));
    return { child };
  };

  test('ends with Ctrl-C', async () => {
    const { child } = await started(
      'trap "echo stopped >>ended; exit 3" INT; touch begun; while :; do sleep 0.1; done',
    );
    process.kill(-(child.pid as number), 'SIGINT');
    await child;
    expect(await readFile(at('ended'), 'utf8')).toBe('stopped\n');
    await eventually(15_000, tools, (ids) => ids.length === 0);
  });

  test('in a terminal has it, and Ctrl-C is its own', async () => {
    const shown = terminal(replica.dir, 'run sh -c "test -t 0 && test -t 1 && echo has it; sleep 300"');
    await shown.until('has it', 20_000);
    shown.type('\x03');
    expect(await shown.ended()).toEqual({ code: 130, sane: true });
    expect(await tools()).toEqual([]);
  });

  test('of a terminal that is closed ends, and a command on a machine too', async () => {
    const machine = await replica.container('web-1');
    const exec = terminal(replica.dir, 'exec web-1 sleep 778');
    const sleeping = async () => /sleep 778/.test(await docker('top', machine, '-eo', 'pid,args'));
    await expect.poll(sleeping).toBe(true);
    exec.close();
    await expect.poll(sleeping).toBe(false);
    const run = terminal(replica.dir, 'run sh -c "echo begun; sleep 778"');
    await run.until('begun', 20_000);
    run.close();
    await expect.poll(tools).toEqual([]);
  });

  test('of a bootdev that was killed is ended by the next one', async () => {
    const { child } = await started('touch begun; sleep 300');
    process.kill(-(child.pid as number), 'SIGKILL');
    await child;
    const abandoned = await tools();
    expect(abandoned).toHaveLength(1);
    expect((await run('true')).code).toBe(0);
    expect(await tools()).toEqual([]);
  });
});

describe('a tool in a terminal', () => {
  test('asks and is answered', async () => {
    await write('ask.php', `<?php echo strrev(readline('fruit? ')), "\\n";`);
    const shown = terminal(replica.dir, 'php ask.php');
    await shown.until('fruit? ', 30_000);
    shown.type('apple\r');
    await shown.until('elppa', 10_000);
    expect(await shown.ended()).toEqual({ code: 0, sane: true });
  });

  test('has its size, also when that changes', async () => {
    await write(
      'size.sh',
      'stty size; touch begun; until stty size | grep -q "^40 120"; do sleep 0.2; done; echo now $(stty size)',
    );
    const resize = `(until [ -e site/begun ]; do sleep 0.2; done; stty rows 40 columns 120 </dev/tty) &`;
    const shown = terminal(replica.dir, 'run sh size.sh', { rows: 33, columns: 111, before: resize });
    await shown.until('33 111', 30_000);
    await shown.until('now 40 120', 30_000);
    expect(await shown.ended()).toEqual({ code: 0, sane: true });
    await rm(at('begun'));
  });

  test('reads to Ctrl-D', async () => {
    const shown = terminal(replica.dir, 'mysql -N');
    await shown.until('>', 30_000);
    shown.type('SELECT 6 * 7;\r');
    await shown.until('42', 10_000);
    shown.type('\x04');
    expect(await shown.ended()).toEqual({ code: 0, sane: true });
  });

  test('composer asks; told not to, or in a pipe, it does not', async () => {
    await rm(at('composer.json'), { force: true });
    const shown = terminal(replica.dir, 'composer init');
    await shown.until('Package name', 30_000);
    shown.type('\x03');
    expect(await shown.ended()).toEqual({ code: 130, sane: true });
    const { code } = await replica.bootdev('composer', 'init', '-n', '--name', 'shop/site');
    expect(code).toBe(0);
    expect(JSON.parse(await readFile(at('composer.json'), 'utf8'))).toMatchObject({ name: 'shop/site' });
  });
});

describe('a tool in a pipe', () => {
  const cli = [process.execPath, resolve('dist/cli.js')] as const;
  const pipe = (words: string[], input: Buffer | string) =>
    execa(cli[0], [cli[1], '-C', replica.dir, ...words], {
      input,
      reject: false,
      encoding: 'buffer',
      stripFinalNewline: false,
    });

  test('bytes go in and out as they are, and errors beside them', async () => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256));
    const { stdout, stderr, exitCode } = await pipe(
      ['php', '-r', 'fwrite(STDERR, "beside\n"); stream_copy_to_stream(STDIN, STDOUT); exit(5);'],
      bytes,
    );
    expect(Buffer.compare(Buffer.from(stdout), bytes)).toBe(0);
    expect([Buffer.from(stderr).toString(), exitCode]).toEqual(['beside\n', 5]);
  });

  test('who reads the first line alone hears no complaint', async () => {
    const line = `"${cli[0]}" "${cli[1]}" -C "${replica.dir}" php -r 'while (true) echo "line\\n";' | head -n 1`;
    const { stdout, stderr } = await execa('bash', ['-c', line], { timeout: 60_000 });
    expect([stdout, stderr]).toEqual(['line', '']);
  });

  test('a command whose output nobody reads any more, or that is stopped, ends on the machine too', async () => {
    const exec = [cli[1], '-C', replica.dir, 'exec', 'web-1'];
    const machine = await replica.container('web-1');
    const running = async () => (await docker('top', machine, '-eo', 'pid,args')).match(/(?:yes|sleep) 77.*/g) ?? [];
    await execa('bash', ['-c', '"$0" "$@" yes 77 | head -n 1', cli[0], ...exec], { timeout: 60_000 });
    expect(await running()).toEqual([]);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const sleeping = execa(cli[0], [...exec, 'sleep', '777'], { stdin: 'ignore', reject: false });
      await expect.poll(running).toEqual(['sleep 777']);
      sleeping.kill(signal);
      expect((await sleeping).exitCode).toBe(130);
      expect(await running()).toEqual([]);
    }
  });
});

describe('Xdebug', () => {
  const source = `<?php
$word = 'apple';
$n = strlen($word);
echo "$word $n ", gethostname();`;
  const breakpoint = ['file:///srv/code/current/web/debug.php', 3] as const;
  const page = async (query = '', cookie = '') => {
    const response = await fetch(`${await replica.url()}/${query}`, {
      headers: { connection: 'close', cookie },
    });
    return response.text();
  };
  const hosts = (text: string) => text.split(' ')[2] ?? '';
  let ide: Awaited<ReturnType<typeof listen>>;

  beforeAll(async () => {
    await write('web/index.php', "<?php require __DIR__ . '/debug.php';"); // the only entry: another .php is 404
    await write('web/debug.php', source);
    ide = await listen(9003);
    const before = await replica.status();
    const { stdout } = await replica.ensure('xdebug', 'on');
    expect(stdout).toContain(`"/srv/code/current": ${JSON.stringify(at('').replace(/\/$/, ''))}`);
    expect(stdout).toContain('listens at port 9003 of this computer, and is reached');
    const after = await replica.status();
    expect(after.root).toBe(before.root);
    expect(after.machines.filter(({ name }) => name !== 'xdebug').map(({ digest }) => digest)).toEqual(
      before.machines.map(({ digest }) => digest),
    );
  });
  afterAll(() => ide?.close());

  test.each([
    ['a cookie', '', 'XDEBUG_SESSION=1'],
    ['a parameter', '?XDEBUG_SESSION_START=1', ''],
    ['a trigger', '?XDEBUG_TRIGGER=1', ''],
  ])(
    'by %s a request stops at a line, shows a variable and goes on; others are answered meanwhile',
    async (_, ...ask) => {
      const seen = ide.connections();
      const stopped = page(...ask);
      const session = await ide.session();
      expect(await session.init()).toContain('Xdebug');
      expect(await session.stopAt(...breakpoint)).toEqual({ status: 'break', file: breakpoint[0], line: 3 });
      expect(await session.value('$word')).toBe('apple');
      const others = new Set((await Promise.all(Array.from({ length: 6 }, () => page()))).map(hosts));
      expect(ide.connections()).toBe(seen + 1);
      expect((await replica.status()).machines.find(({ name }) => name === 'xdebug')?.state).toBe('healthy');
      await session.detach();
      const debugged = hosts(await stopped);
      expect(debugged).toBe(await inside('xdebug', 'hostname'));
      expect(others).not.toContain(debugged);
      expect(others.size).toBe(2);
    },
  );

  test('a command stops too', async () => {
    const line = [resolve('dist/cli.js'), '-C', replica.dir, 'php', 'web/debug.php'];
    const command = execa(process.execPath, line, { env: { XDEBUG_TRIGGER: '1' }, stdin: 'ignore' });
    const session = await ide.session(60_000);
    expect(await session.init()).toContain('Xdebug');
    expect(await session.stopAt(...breakpoint)).toMatchObject({ status: 'break', line: 3 });
    await session.detach();
    expect((await command).stdout).toMatch(/^apple 5 /);
    expect((await replica.ensure('php', '-m')).stdout).not.toMatch(/xdebug/i);
  });

  test('the web machines have nothing of it', async () => {
    for (const machine of [...machines, 'admin'])
      expect(await inside(machine, 'sh', '-c', 'php -m; ls /usr/lib/php/*'), machine).not.toMatch(/xdebug/i);
  });

  test('off: nothing connects, and nothing is left', async () => {
    await replica.ensure('xdebug', 'off');
    const seen = ide.connections();
    expect(await page('', 'XDEBUG_SESSION=1')).toMatch(/^apple 5 /);
    expect(ide.connections()).toBe(seen);
    expect((await replica.status()).machines.map(({ name }) => name)).not.toContain('xdebug');
    expect(await docker('ps', '-aq', '--filter', `name=${await replica.container('xdebug')}`)).toBe('');
    await write('web/index.php', pageSource);
  });
});

describe('a release and back', () => {
  const digests = async () => (await replica.status()).machines.map(({ name, digest }) => `${name} ${digest}`);

  test('a release is stored and read-only, of 33, with the same bundle; the shared files change hands', async () => {
    const before = await digests();
    await replica.ensure('up', '--set', 'code.mode=release');
    expect(await digests()).toEqual(before);
    expect((await replica.status()).code).toBeUndefined();
    expect((await ask('web-1')).split(' ')[1]).toMatch(/:33:33$/);
    await head('web-1');
    expect(await head('web-1')).toMatch(/^x-cache: HIT\r$/im);
    expect(await head('web-1', '/style.css')).toMatch(/^cache-control: max-age=2592000\r$/im);
    expect(await inside('web-1', 'stat', '-c', '%u:%g', '/srv/files/public', '/srv/files/public/upload')).toBe(
      '33:33\n33:33',
    );
    const { stdout } = await replica.bootdev('parity', '--replica', '--json');
    expect(stdout).not.toContain('not promotable');
  });

  test('and live again: no rehearsal, a red row of parity, and the bundle is still the same', async () => {
    const before = await digests();
    await replica.ensure('up');
    expect(await digests()).toEqual(before);
    expect(await replica.status()).toMatchObject({ code: 'live' });
    const { stdout, code } = await replica.bootdev('parity', '--replica');
    expect({ code, said: stdout.includes('live folder, not a release: not promotable') }).toEqual({
      code: 1,
      said: true,
    });
    expect(await inside('web-2', 'stat', '-c', '%u', '/srv/files/public/upload')).toBe(String(owner));
    const { seconds } = await replica.ensure('up');
    expect(seconds).toBeLessThan(20);
  });
});

test('a folder that was replaced is the old one until up, which mounts the new one; nothing else starts again', async () => {
  await rename(at(''), join(replica.dir, 'old'));
  await cp(join(replica.dir, 'old'), at(''), { recursive: true, verbatimSymlinks: true });
  await chmod(at(''), 0o700);
  await own(owner);
  await writeFile(at('lib/word.php'), "<?php return 'replaced';");
  expect(first(await fromAll('/'))).not.toContain('replaced');
  const database = await docker('inspect', '-f', '{{.Id}}', await replica.container('mysql'));
  await replica.ensure('up');
  expect(first(await fromAll('/'))).toEqual(['replaced', 'replaced']);
  expect(await docker('inspect', '-f', '{{.Id}}', await replica.container('mysql'))).toBe(database);
});

test('another owner: the site and the shared files are his after up; what he cannot read is named', async (context) => {
  if (!isRoot) return context.skip('only root gives files away');
  await own(54_321);
  await chown(at('web/style.css'), 0, 0);
  const { stderr } = await replica.ensure('up');
  expect(stderr).toContain(`The site cannot read ${at('web/style.css')}.`);
  expect((await ask('web-2')).split(' ')[1]).toBe('54321:54321:33');
  expect(await inside('web-1', 'stat', '-c', '%u', '/srv/files/public/upload')).toBe('54321');
  expect((await replica.bootdev('run', 'touch', 'his')).code).toBe(0);
  expect((await stat(at('his'))).uid).toBe(54_321);
});

test('root’s own folder: the site reads what everybody may, and a tool is root without its powers', async (context) => {
  if (!isRoot) return context.skip('only root owns root’s files');
  await own(0);
  await execa('chmod', ['-R', 'o+rX', at('')]);
  await replica.ensure('up');
  expect((await ask('web-1')).split(' ')[1]).toBe('0:33:33');
  const script =
    "id -u; grep -E 'Cap(Eff|Bnd)' /proc/self/status; umount .git 2>/dev/null && echo gone; touch web/of-root";
  const { stdout } = await replica.ensure('run', 'sh', '-c', script);
  expect(stdout.split('\n')).toEqual(['0', 'CapEff:\t0000000000000000', 'CapBnd:\t0000000000000000']);
  expect((await stat(at('web/of-root'))).uid).toBe(0);
});
