import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { commands, run } from '../../src/commands/program.ts';
import { thisHost } from '../../src/host/host.ts';

const { distro, root } = await thisHost();
const rows = Object.entries(commands).flatMap(([group, members]) => members.map((command) => ({ group, command })));

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** What a command line prints to stdout, in this process: no terminal is at its ends. */
async function printed(...line: string[]): Promise<string> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  expect(await run(line, new AbortController().signal)).toBe(0);
  const text = write.mock.calls.map(([each]) => String(each)).join('');
  write.mockRestore();
  return text;
}

describe('the table', () => {
  test.each(rows)(
    '$group $command.name: a file of its own, a description that fits its line, words for each flag',
    async ({ group, command }) => {
      const file = await import(`../../src/commands/${group.toLowerCase()}/${command.name}.ts`);
      expect(file[command.name.replace(/-([a-z])/g, (_, letter) => letter.toUpperCase())]).toBe(command);
      expect(command.description).toMatch(/^[A-Z].{15,50}[^.]$/);
      const options = Object.values(command.options ?? {}).map((each) =>
        typeof each === 'string' ? each : each.description,
      );
      for (const words of [...options, ...Object.values(command.arguments ?? {})])
        expect(words).toMatch(/^[A-Z].{10,}[^.]$/);
    },
  );

  test('no name twice, and no file without its row', async () => {
    const names = rows.map(({ command }) => command.name);
    expect(new Set(names).size).toBe(names.length);
    // These export no command: `bootdev` alone, `promote --cancel`, what promote and destroy share, and what all tools are.
    const others = ['start', 'cancel', 'assets', 'fix-leftovers', 'open-cloud', 'rehearse-live', 'tool'];
    const groups = Object.keys(commands).map((group) => readdir(`src/commands/${group.toLowerCase()}`));
    const files = (await Promise.all(groups)).flat().map((file) => file.replace(/\.ts$/, ''));
    expect(files.sort()).toEqual([...names, ...others].sort());
  });

  test('--help lists exactly the table, in its groups and its order', async () => {
    const listed: Record<string, string[]> = {};
    let group = '';
    for (const line of (await printed('--help')).split('\n')) {
      group = /^(\w.*):$/.exec(line)?.[1] ?? group;
      const [, name] = /^ {2}([a-z]\S*)/.exec(line) ?? [];
      if (name) listed[group] = [...(listed[group] ?? []), name];
    }
    expect(Object.entries(listed)).toEqual(
      Object.entries(commands).map(([title, members]) => [title, members.map(({ name }) => name)]),
    );
  });

  test.each(rows.filter(({ command }) => command.passThrough !== 'all'))(
    'help $command.name: its flags before the common ones',
    async ({ command }) => {
      const help = await printed('help', command.name);
      expect(help).toContain(`Usage: bootdev ${command.name} [options]`);
      const flags = [...Object.keys(command.options ?? {}), '--project-dir <dir>', '--json', '-h, --help'];
      const at = flags.map((each) => help.indexOf(`${each} `));
      expect(at).not.toContain(-1);
      expect(at).toEqual(at.toSorted((a, b) => a - b));
      expect(await printed(command.name, '--help')).toBe(help);
    },
  );
});

describe('what asks before it changes something refuses where nobody can be asked and --yes is missing', () => {
  /** A project whose folder stays as it is. */
  async function project(): Promise<string> {
    const dir = await mkdtemp(join(tmpdir(), 'bootdev-commands-'));
    onTestFinished(() => rm(dir, { recursive: true, force: true }));
    vi.stubEnv('XDG_CONFIG_HOME', dir);
    vi.stubEnv('CI', 'true'); // whoever runs the tests may have a terminal
    await writeFile(join(dir, 'bootdev.yaml'), 'site: { name: shop }\n');
    return dir;
  }

  async function expectRefused(line: string[], hint: string): Promise<void> {
    await expect(run(line, new AbortController().signal)).rejects.toMatchObject({
      ...{ message: '--yes is required when not running interactively.', code: 2, hint },
    });
  }

  // promote, open-site and destroy: test/cloud/promote, which has an AWS.
  test('no other command takes --yes', () => {
    const asking = rows.filter(({ command }) => '-y, --yes' in (command.options ?? {}));
    expect(asking.map(({ command }) => command.name)).toEqual([
      ...['init', 'doctor', 'up', 'down', 'upgrade', 'trust', 'prune', 'deploy', 'files', 'db', 'undo'],
      ...['promote', 'open-site', 'data', 'destroy'],
    ]);
  });

  test.each([
    [['undo']],
    [['deploy', '--rollback', '--with-database']],
    [['data', 'pull', '--from', 'aws']],
    [['files', 'push', '--to', 'aws']],
    [['files', 'pull', '--from', 'aws', '--private']],
    [['db', 'import', 'x.sql']],
    [['db', 'restore']],
    [['down', '--volumes']],
    [['prune']],
    [['--env', 'staging', 'down', '--volumes']],
  ])('%j', async (line) => {
    const dir = await project();
    await expectRefused([...line, '-C', dir], `bootdev ${line.join(' ')} -C ${dir} --yes`);
    expect(await readdir(dir)).toEqual(['bootdev.yaml']);
  });

  test.each([
    [['files', 'export', 'x.tar', '--to', 'aws'], 'files export stays on this computer: --to is for push.'],
    [['files', 'import', 'x.tar', '--from', 'aws'], 'files import stays on this computer: --from is for pull.'],
  ])('%j names another side in vain', async (line, message) => {
    const dir = await project();
    await expect(run([...line, '-C', dir], new AbortController().signal)).rejects.toMatchObject({ message, code: 2 });
    expect(await readdir(dir)).toEqual(['bootdev.yaml']);
  });

  test('init', async () => {
    const dir = await project();
    await rm(join(dir, 'bootdev.yaml'));
    await expectRefused(['init', '-C', dir], `bootdev init -C ${dir} --yes --set site.name=shop`);
    expect(await readdir(dir)).toEqual([]);
  });

  test('trust', async () => {
    const dir = await project();
    const file = join(dir, '.bootdev/local/ca.pem');
    await execa('mkdir', ['-p', join(dir, '.bootdev/local')]);
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', join(dir, 'key')];
    await execa('openssl', ['req', '-x509', ...key, '-out', file, '-subj', '/CN=test']);
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await expectRefused(['trust', '--remove', '-C', dir], `bootdev trust --remove -C ${dir} --yes`);
    const said = write.mock.calls.map(([text]) => String(text)).join('');
    expect(said).toContain('To trust it no longer:');
    expect(existsSync(file)).toBe(true);
  });

  // Elsewhere doctor only shows commands to type, and asks nothing.
  test('doctor --fix (on Debian, as root)', async (context) => {
    context.skip(!root || distro.id !== 'debian', 'needs Debian, and root');
    const dir = await project();
    vi.stubEnv('PATH', dir); // no Docker there
    vi.stubEnv('DOCKER_HOST', undefined);
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await expectRefused(['doctor', '--fix'], 'bootdev doctor --fix --yes');
  });
});
