/** Before all replica tests: every image that the default settings need, made by the product itself on a bare machine. As a program it does that alone. */
import { resolve } from 'node:path';
import { execa } from 'execa';
import { imageTags, isOnDemand } from '../../src/images/tags.ts';
import { packageRoot } from '../../src/io/environment/package.ts';
import { readSources } from '../../src/project/sources.ts';
import { completeSettings } from '../../src/settings/schema.ts';
import { newReplica } from './replica.ts';

/** The image that this checkout's files make, wherever its parts came from. */
export async function imageOf(name: string): Promise<string | undefined> {
  const { docker } = await readSources(packageRoot);
  for (const from of ['packages', 'registry'] as const) {
    const image = `bootdev/${name}:${imageTags(completeSettings(), docker, from).get(name)}`;
    if ((await execa('docker', ['image', 'inspect', image], { reject: false })).exitCode === 0) return image;
  }
  return undefined;
}

export async function setup(): Promise<void> {
  const names = [...imageTags(completeSettings(), new Map(), 'packages').keys()];
  const found = await Promise.all(names.filter((name) => !isOnDemand(name)).map(imageOf));
  if (found.every(Boolean)) return;
  const replica = await newReplica('site: { name: images }\n');
  try {
    await replica.ensure('up');
  } finally {
    await replica.remove();
  }
}

if (resolve(process.argv[1] ?? '') === import.meta.filename) await setup();
