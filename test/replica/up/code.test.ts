/** What `up` sends of the code, and what it does where the loader has not what it was given, or the code changes meanwhile. */
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { extract } from 'tar-stream';
import { expect, it } from 'vitest';
import type { Context } from '../../../src/project/context.ts';
import { down } from '../../../src/replica/down.ts';
import { light, newReplica, play } from '../replica.ts';

async function withCode() {
  const replica = await newReplica(`${light}application: php\ncode: { path: web }\n`);
  const write = (name: string, text: string) => writeFileSync(join(replica.dir, 'web', name), text);
  writeFileSync(join(replica.dir, 'bootdev.local.yaml'), 'code: { mode: release }\n');
  mkdirSync(join(replica.dir, 'web'));
  for (const name of ['index.php', 'a.php', 'b.php']) write(name, `<?php // ${name}`);
  /** `bootdev up`, and the code's files in each archive that the loader was given. `before`: what happens when the first is made. */
  const up = async (before: () => void = () => undefined) => {
    const tars: Buffer[] = [];
    let isAsked = false;
    const watch = (context: Context) => {
      const { run } = context.compose;
      context.compose.run = async (args, input) => {
        if (!input) return run(args);
        if (!isAsked) before();
        isAsked = true;
        const pieces: Buffer[] = [];
        for await (const piece of input) pieces.push(Buffer.from(piece));
        const tar = Buffer.concat(pieces);
        tars.push(tar);
        return run(args, [tar]);
      };
    };
    const { error } = await replica.up(watch);
    return { error, sent: await Promise.all(tars.map(codeIn)) };
  };
  return { replica, write, up };
}

async function codeIn(tar: Buffer): Promise<string[]> {
  const names: string[] = [];
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) {
    names.push(entry.header.name);
    entry.resume();
  }
  return names.flatMap((name) => /^releases\/[0-9a-f]{64}\/(.*)$/.exec(name)?.[1] ?? []);
}

it('all at first, then what is another than the last time', async () => {
  const { write, up } = await withCode();
  expect(await up()).toEqual({ error: undefined, sent: [['a.php', 'b.php', 'index.php']] });
  expect(await up()).toEqual({ error: undefined, sent: [] });
  write('b.php', '<?php // other');
  write('c.php', '<?php // new');
  expect(await up()).toEqual({ error: undefined, sent: [['b.php', 'c.php']] });
});

it('with settings that change too: once, before the machines check these', async () => {
  const { replica, write, up } = await withCode();
  await up();
  write('a.php', '<?php // other');
  await replica.settings(`${light}application: php\ncode: { path: web }\ncache: { ttl: 7 }\n`);
  expect(await up()).toEqual({ error: undefined, sent: [['a.php'], []] });
});

it('the web machines hear of a release whose `up` was killed before it could tell them', async () => {
  const { replica, write, up } = await withCode();
  await up();
  const before = replica.engine.machine('web-2').machine?.release ?? '';
  write('a.php', '<?php // other');
  await up();
  Object.assign(replica.engine.machine('web-2').machine ?? {}, { release: before });
  replica.engine.did.length = 0;
  expect(await up()).toEqual({ error: undefined, sent: [[]] });
  expect(replica.engine.did).toEqual(['load', 'release web-1', 'release web-2']);
  expect(replica.engine.machine('web-2').machine?.release).not.toBe(before);
});

it('nothing after a `down` that keeps the data', async () => {
  const { replica, up } = await withCode();
  await up();
  await play(down(await replica.open()));
  expect(await up()).toEqual({ error: undefined, sent: [[]] });
});

it('what the application keeps of the code before is cleared: once by each other code, and not of a site that begins', async () => {
  const { replica, write, up } = await withCode();
  const { engine } = replica;
  const cleared = async () => {
    engine.did.length = 0;
    const { events, error } = await replica.up();
    const told = events.flatMap((event) => (event.type === 'notice' && /caches/.test(event.text) ? [event.text] : []));
    return { error, times: engine.did.filter((what) => what === 'code changed').length, told };
  };
  const never = { error: undefined, times: 0, told: [] };
  const once = { ...never, times: 1 };
  await replica.settings(`${light}application: drupal\ncode: { path: web }\n`);
  expect(await cleared()).toEqual(never);
  expect(await cleared()).toEqual(never);
  write('a.php', '<?php // other');
  expect(await cleared()).toEqual(once);
  // The old code, which would fill them again, is no longer served.
  expect(engine.did).toEqual(['load', 'release web-1', 'release web-2', 'code changed']);
  expect(await cleared()).toEqual(never);
  await play(down(await replica.open()));
  expect(await cleared()).toEqual(never);
  await play(down(await replica.open()));
  write('b.php', '<?php // other');
  expect(await cleared()).toEqual(once);

  write('a.php', '<?php // broken');
  engine.brokenSite = 'PHP Parse error: a.php:1';
  const told = ["The site's caches were not cleared:\n    PHP Parse error: a.php:1"];
  expect(await cleared()).toEqual({ ...once, told });
  engine.brokenSite = '';
  expect(await cleared()).toEqual(once);

  await replica.settings(`${light}application: php\ncode: { path: web }\n`);
  await up();
  write('a.php', '<?php // plain PHP has none');
  expect(await cleared()).toEqual(never);
});

it('all again where the volume is another', async () => {
  const { replica, write, up } = await withCode();
  await up();
  await play(down(await replica.open(), { volumes: true }));
  write('a.php', '<?php // other');
  expect(await up()).toEqual({ error: undefined, sent: [['a.php'], ['a.php', 'b.php', 'index.php']] });
});

it.each(['', 'x', '\n\n', `0644 ${'0'.repeat(64)} a.php\n`])('whatever it remembers: %j', async (text) => {
  const { replica, write, up } = await withCode();
  await up();
  const { paths } = await replica.open();
  writeFileSync(paths.delivered, text);
  write('a.php', '<?php // other');
  const { error, sent } = await up();
  expect(error).toBeUndefined();
  expect(sent.at(-1)).toEqual(['a.php', 'b.php', 'index.php']);
});

it('the newest of a file that changes meanwhile', async () => {
  const { replica, up } = await withCode();
  const file = join(replica.dir, 'web', 'b.php');
  expect((await up(() => appendFileSync(file, ' changed'))).error).toBeUndefined();
  const code = replica.engine.volumeAt(replica.engine.machine('web-1'), '/srv/code');
  expect(code?.get(`releases/${code.get('current')}/b.php`)?.toString()).toBe('<?php // b.php changed');
});

it('an empty folder that is new or gone, though the release keeps its name', async () => {
  const { replica, up } = await withCode();
  await up();
  const current = () => replica.engine.volumeAt(replica.engine.machine('web-1'), '/srv/code')?.get('current');
  const before = current()?.toString();
  mkdirSync(join(replica.dir, 'web/cache/pages'), { recursive: true });
  expect(await up()).toEqual({ error: undefined, sent: [['cache/pages/']] });
  expect(await up()).toEqual({ error: undefined, sent: [] });
  rmSync(join(replica.dir, 'web/cache'), { recursive: true });
  expect(await up()).toEqual({ error: undefined, sent: [[]] });
  expect(current()?.toString()).toBe(before);
});

it('a full disk of the engine is one sentence', async () => {
  const { replica, up } = await withCode();
  replica.engine.diskIsFull = true;
  const { error } = await up();
  expect(error?.message).toMatch(/^The engine's disk is full\. Nothing was changed/);
});

it('says where the folder holds another application than the settings', async () => {
  const { replica, write } = await withCode();
  const notices = async () =>
    (await replica.up()).events.flatMap((event) =>
      event.type === 'notice' && /^The code is/.test(event.text) ? [event] : [],
    );
  expect(await notices()).toEqual([]);
  mkdirSync(join(replica.dir, 'web/core/lib'), { recursive: true });
  write('core/lib/Drupal.php', "<?php class Drupal { const VERSION = '11.2.3'; }");
  expect(await notices()).toEqual([
    {
      type: 'notice',
      level: 'warning',
      text: 'The code is Drupal 11.2.3 (core/lib/Drupal.php), but the settings say application: php.',
      hint: 'in bootdev.yaml: application: drupal',
    },
  ]);
  await replica.settings(`${light}application: drupal\ncode: { path: web }\n`);
  expect(await notices()).toEqual([]);
});

it('says what Composer asks of PHP and the machines do not have', async () => {
  const { replica, write } = await withCode();
  const notices = async () =>
    (await replica.up()).events.flatMap((event) =>
      event.type === 'notice' && /asks for/.test(event.text) ? [event.text] : [],
    );
  write('composer.json', '{ "require": { "php": ">=8.1", "ext-imagick": "*" } }');
  expect(await notices()).toEqual([]);
  write('composer.lock', '{ "packages": [{ "name": "a/b", "require": { "php": "~8.1.0", "ext-snmp": "*" } }] }');
  expect(await notices()).toEqual([
    'a/b cannot run on PHP 8.4, which the machines have: a/b asks for php ~8.1.0.',
    'a/b asks for ext-snmp, which is not in the machines.',
  ]);
});

it('says where an application does not run on the database of the settings', async () => {
  const { replica } = await withCode();
  await replica.settings(`${light}application: drupal7\ncode: { path: web }\n`);
  const { events } = await replica.up();
  expect(events).toContainEqual({
    type: 'notice',
    level: 'warning',
    text: expect.stringMatching(
      /^Drupal 7 does not run on database\.engine mysql: since version 9 EXTERNAL /,
    ) as string,
    hint: 'in bootdev.yaml: database: { engine: mariadb }   (docs/database.md)',
  });
});
