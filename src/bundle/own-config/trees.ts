/** A site's own files as part of the machines' trees. Pure. */
import { type TreeFile, treeFile } from '../files.ts';
import { ownJobs } from './cron.ts';
import type { OwnConfig } from './own-config.ts';

/** Adds to the tree of a machine what its roles read. */
export function addOwnConfig(tree: Map<string, TreeFile>, roles: readonly string[], { files }: OwnConfig): void {
  const of = (folder: string) => [...files].filter(([path]) => path.startsWith(`${folder}/`));
  if (roles.includes('nginx')) {
    for (const [path, text] of of('nginx'))
      tree.set(`etc/nginx/own/${path.slice('nginx/'.length)}`, treeFile(Buffer.from(text)));
  }
  // The last value of a key counts, so they are at the end of our own file: one file is what parity compares and a check names.
  if (roles.includes('php-cli')) append(tree, 'etc/php/bootdev.ini', ';', of('php'));
  if (roles.some((role) => role === 'mysql' || role === 'mariadb')) append(tree, 'etc/mysql/my.cnf', '#', of('mysql'));
  if (roles.includes('solr')) replaceCore(tree, of('solr'));
  if (roles.includes('cron')) addJobs(tree, files.get('cron') ?? '');
}

/** A core has one configuration: his, or ours. */
function replaceCore(tree: Map<string, TreeFile>, own: [string, string][]): void {
  if (own.length === 0) return;
  const core = 'etc/solr/site/conf/';
  for (const path of [...tree.keys()]) if (path.startsWith(core)) tree.delete(path);
  for (const [path, text] of own) tree.set(`${core}${path.slice('solr/'.length)}`, treeFile(Buffer.from(text)));
}

function append(tree: Map<string, TreeFile>, path: string, comment: string, own: [string, string][]): void {
  const file = tree.get(path);
  if (!file || own.length === 0) return;
  const parts = own.map(([name, text]) => `\n${comment} from bootdev/${name}\n${text.replace(/\n*$/, '\n')}`);
  tree.set(path, { ...file, bytes: Buffer.concat([file.bytes, Buffer.from(parts.join(''))]) });
}

/**
 * A job is a program of its own, and nothing that the site wrote stands in the line that cron runs as root: `job` becomes the site's user
 * before it starts the program. `cron.enabled: false`: no crontab, no job.
 */
function addJobs(tree: Map<string, TreeFile>, text: string): void {
  const crontab = tree.get('etc/crontab');
  const jobs = ownJobs(text);
  if (!crontab || jobs.length === 0) return;
  const lines = jobs.map(({ line, when, flags, name, command }) => {
    tree.set(`app/jobs/${name}`, treeFile(Buffer.from(`#!/bin/sh\n# bootdev/cron:${line}\n${command}\n`)));
    const words = [
      when.padEnd(31),
      'root ',
      'job',
      ...(flags ? [flags] : []),
      name,
      `/etc/bootdev/current/app/jobs/${name}`,
    ];
    return `${words.join(' ')}\n`;
  });
  const bytes = Buffer.concat([crontab.bytes, Buffer.from(['\n# from bootdev/cron\n', ...lines].join(''))]);
  tree.set('etc/crontab', { ...crontab, bytes });
}
