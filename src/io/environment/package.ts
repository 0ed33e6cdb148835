/** The installed package: where it is, and which applications are in it. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds compose/ and docker/. */
export const packageRoot = packageFolder();

function packageFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url)); // dist, or src/io/environment
  return here.endsWith('dist') ? dirname(here) : join(here, '../../..');
}

/**
 * A folder of docker/apps/ each, by name, with its app.yaml. Read as soon as the settings' schema is, whose words they are; checked when one is
 * used (src/project/applications.ts).
 */
export const applicationFolders: ReadonlyMap<string, string> = new Map(
  readdirSync(join(packageRoot, 'docker/apps'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => [name, textOf(join(packageRoot, 'docker/apps', name, 'app.yaml'))] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1)),
);

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
