/** vitest.config.ts: which test files a project runs, by its own globs. */
import { readdirSync } from 'node:fs';
import { matchesGlob } from 'node:path';
import { expect, test } from 'vitest';
import config from '../../vitest.config.ts';

interface Project {
  name: string;
  include: string[];
  exclude?: string[];
}
const projects = (config.test?.projects ?? []).map((each) => (each as { test: Project }).test);
const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .map((path) => `test/${path}`)
  .filter((path) => /\.test\.tsx?$/.test(path));
const projectsOf = (path: string) =>
  projects.filter(({ include }) => include.some((glob) => matchesGlob(path, glob))).map(({ name }) => name);

test('each file is in one project of every run, or in one of the long run', () => {
  const everyRun = (path: string) => projectsOf(path).filter((name) => name !== 'long' && name !== 'kernel');
  expect(files.length).toBeGreaterThan(200);
  expect(files.filter((path) => everyRun(path).length > 1 || projectsOf(path).length === 0)).toEqual([]);
});

test('what kills Docker’s daemon is alone', () => {
  expect(projectsOf('test/scenarios/reboot.test.ts')).toEqual(['reboot']);
});

test('none has an `exclude`: vitest would forget the command’s', () => {
  expect(projects.filter(({ exclude }) => exclude)).toEqual([]);
});
