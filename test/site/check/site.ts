/** A small site in a folder of its own, and what `check --cluster` finds in it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ClusterCheck } from '../../../src/events.ts';
import { packageRoot } from '../../../src/io/environment/package.ts';
import { readFolder } from '../../../src/io/folder.ts';
import { readApplication } from '../../../src/project/applications.ts';
import { checkCluster } from '../../../src/site/check/cluster/check-cluster.ts';

export type Name = Parameters<typeof readApplication>[0];

const docker = await readFolder(join(packageRoot, 'docker'));

export async function newFolder(files: Record<string, string | Buffer> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bootdev-check-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

interface CheckOptions {
  application?: Name;
  docroot?: string;
  hosts?: string[];
}

export async function checkFolder(
  folder: string,
  { application = 'wordpress', docroot = '', hosts }: CheckOptions = {},
) {
  const about = readApplication(application, docker);
  const signal = new AbortController().signal;
  const events = checkCluster({ folder, docroot, application, about, signal, ...(hosts ? { hosts } : {}) });
  let check: ClusterCheck | undefined;
  for (;;) {
    const { value, done } = await events.next();
    if (done) return { safe: value, check: check as ClusterCheck };
    if (value.type === 'cluster-check') check = value.check;
  }
}

export const checkFiles = async (files: Record<string, string | Buffer>, asked: CheckOptions = {}) =>
  checkFolder(await newFolder(files), asked);

/** 'lock a.php:3' for each finding. */
export const findingsOf = ({ parts }: ClusterCheck): string[] =>
  parts.flatMap(({ path, findings }) =>
    findings.map(({ rule, file, line }) => `${rule} ${path ? file.slice(path.length + 1) || file : file}:${line}`),
  );

/** What is found in one plugin of one file, its lines after `<?php`. */
export async function inPlugin(code: string): Promise<string[]> {
  const { check } = await checkFiles({ 'wp-content/plugins/one/one.php': `<?php\n${code}\n` });
  return check.parts.flatMap(({ findings }) => findings.map(({ rule, line }) => `${rule} ${line - 1}`));
}
