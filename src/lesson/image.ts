/** The image of the lesson's machines is that of the balancer: made here when no site has needed it yet. */
import { join } from 'node:path';
import type { Event } from '../events.ts';
import { caBundle } from '../host/ca-bundle.ts';
import { baseImage, baseTag } from '../images/base-image.ts';
import { imageTags } from '../images/tags.ts';
import { writeWhole } from '../io/files.ts';
import { removeFolder } from '../io/folder.ts';
import { temporaryFolder } from '../io/temporary.ts';
import { completeSettings } from '../settings/schema.ts';
import { logged, step } from '../steps.ts';
import type { Deps } from './deps.ts';

/** Returns its name. A site's own may be locked (bootdev.lock): the lesson needs no lock, and takes any that has these files. */
export async function* makeImage(deps: Deps): AsyncGenerator<Event, string> {
  const { io, host, sources, signal } = deps;
  const named = (from: 'registry' | 'packages') => {
    const tags = imageTags(completeSettings(), sources.docker, from);
    return { base: `bootdev/base:${tags.get('base')}`, lb: `bootdev/lb:${tags.get('lb')}` };
  };
  // Which of the two it is, is known once there is a base; with the machine's image there need not be one any more.
  for (const from of ['registry', 'packages'] as const) {
    const { lb } = named(from);
    if (await io.docker.imageExists(lb)) return lb;
  }
  const from = yield* baseImage('auto', host, signal);
  const { base, lb } = named(from);
  const folder = await temporaryFolder('bootdev-lesson');
  try {
    const file = join(folder, 'compose.json');
    const ca = (await caBundle(host.env, host.read)) ?? join(folder, 'no-ca.pem');
    await writeWhole(join(folder, 'no-ca.pem'), '');
    await writeWhole(join(folder, 'env'), '');
    const build = (image: string, dockerfile: string, from: string) => ({
      image,
      build: { context: join(deps.packageRoot, 'docker'), dockerfile, secrets: ['ca'], args: { BASE: from } },
    });
    const services = {
      base: build(base, 'machines/base/Dockerfile', baseTag),
      lb: build(lb, 'machines/lb/Dockerfile', base),
    };
    await writeWhole(file, JSON.stringify({ services, secrets: { ca: { file: ca } } }).replaceAll('$', '$$$$'));
    const compose = io.compose({ files: [file], envFile: join(folder, 'env'), project: 'bootdev-lesson', signal });
    for (const name of ['base', 'lb'] as const) {
      if (await io.docker.imageExists({ base, lb }[name])) continue;
      const id = `image ${name}`;
      yield* step({ id, text: id }, () => logged(id, compose.build(name)));
    }
    return lb;
  } finally {
    await removeFolder(folder);
  }
}
