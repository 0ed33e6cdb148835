import { describe, expect, it } from 'vitest';
import { type Bundle, makeBundle } from '../../src/bundle/bundle.ts';
import { rootDigest, sha256, treeManifest } from '../../src/bundle/digest.ts';
import { packageRoot } from '../../src/io/environment/package.ts';
import { usedMachines } from '../../src/machines/table.ts';
import { readSources } from '../../src/project/sources.ts';
import { completeSettings, type SettingsInput } from '../../src/settings/schema.ts';

const sources = (await readSources(packageRoot)).docker;
const made = (settings: SettingsInput = {}, over: Record<string, string> = {}) =>
  makeBundle(completeSettings(settings), new Map([...sources, ...entries(over)]));
const entries = (over: Record<string, string>) =>
  Object.entries(over).map(([path, text]) => [path, Buffer.from(text)] as const);
const digests = (it: Bundle) => Object.fromEntries([...it.machines].map(([kind, { digest }]) => [kind, digest]));
const changed = (a: Bundle, b: Bundle) =>
  Object.keys(digests(a)).filter((kind) => digests(a)[kind] !== digests(b)[kind]);

describe('bundle', () => {
  it('gives the same bytes for the same settings, in whatever order the sources come', () => {
    const reversed = makeBundle(completeSettings(), new Map([...sources].reverse()));
    expect(digests(reversed)).toEqual(digests(made()));
    expect(reversed.root).toBe(made().root);
  });

  it("changes only the web machines' digest when the cache's time changes", () => {
    expect(changed(made(), made({ cache: { ttl: 20 } }))).toEqual(['web']);
    // From then on the pre-warmer pays.
    expect(changed(made(), made({ cache: { ttl: 60 } }))).toEqual(['web', 'admin']);
    expect(made({ cache: { ttl: 60 } }).root).not.toBe(made().root);
  });

  it('does not see the number or the size of machines', () => {
    expect(made({ size: 'large' }).root).toBe(made().root);
  });

  it('gives every machine at least one program, a health check and the machine tool', () => {
    for (const [kind, { tree }] of made().machines) {
      const paths = [...tree.keys()];
      expect.soft(paths, kind).toContain('bin/machine');
      expect
        .soft(
          paths.some((path) => path.startsWith('run/')),
          `${kind}: run/`,
        )
        .toBe(true);
      expect
        .soft(
          paths.some((path) => path.endsWith('/health.sh')),
          `${kind}: health.sh`,
        )
        .toBe(true);
    }
  });

  it('chooses between whole files', () => {
    const on = made({ cache: { enabled: true } }).machines.get('web')?.tree;
    const off = made({ cache: { enabled: false } }).machines.get('web')?.tree;
    expect([...(on?.keys() ?? [])].some((path) => path.startsWith('variants/'))).toBe(false);
    expect(on?.get('etc/nginx/cached.conf')?.bytes).not.toEqual(off?.get('etc/nginx/cached.conf')?.bytes);
  });

  it('has programs 0755 and everything else 0644', () => {
    for (const { tree } of made().machines.values()) {
      for (const { bytes, mode } of tree.values()) {
        expect(mode).toBe(bytes.subarray(0, 2).toString() === '#!' ? '0755' : '0644');
      }
    }
  });

  it.each([
    ['{{settings.cache.tll}}', 'line 2: {{settings.cache.tll}} is not a setting'],
    ['{{nonsense}}', 'line 2: {{nonsense}} is not a placeholder'],
    ['@NO_SUCH_NAME@', "line 2: @NO_SUCH_NAME@ is not in this machine's target"],
    // a name of another machine's target
    ['@DB_BUFFER_POOL_MB@', "line 2: @DB_BUFFER_POOL_MB@ is not in this machine's target"],
  ])('refuses %s, with file and line', (text, words) => {
    expect(() => made({}, { 'roles/nginx/root/etc/nginx/extra.conf': `# one\n${text}\n` })).toThrow(
      `docker/roles/nginx/root/etc/nginx/extra.conf, ${words}`,
    );
  });

  it('refuses two roles that have the same file', () => {
    const twice = { 'roles/nginx/root/etc/same': '1', 'roles/sendmail/root/etc/same': '2' };
    expect(() => made({}, twice)).toThrow('Two roles of web both have etc/same');
  });
});

describe('digest', () => {
  it('is what sha256sum says of the manifest', () => {
    const { manifest, digest } = made().machines.get('lb') as { manifest: Buffer; digest: string };
    expect(digest).toBe(sha256(manifest));
    expect(manifest.toString()).toMatch(/^(\d{4} [0-9a-f]{64} \S+\n)+$/);
  });

  it('sorts by bytes, not by the locale', () => {
    const file = { bytes: Buffer.from(''), mode: '0644' as const };
    const lines = treeManifest(['b', 'a/z', 'B', 'a.z'].map((path) => ({ path, ...file })));
    const paths = lines.toString().match(/\S+$/gm);
    expect(paths).toEqual(['B', 'a.z', 'a/z', 'b']);
  });

  it('of the root covers the names of the machines', () => {
    expect(rootDigest(new Map([['a', 'x']]))).not.toBe(rootDigest(new Map([['b', 'x']])));
  });
});

it('no file asks for a target name outside its row of the table', () => {
  // makeBundle() throws otherwise; this names each machine that passed.
  expect([...made().machines.keys()]).toEqual(usedMachines(completeSettings()).map(({ kind }) => kind));
});
