// docs/figures.md: `npm run test:long` adds its result there, with what its tests have measured, date, commit and machine.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { clock, closing } from './report.mjs';

const file = 'docs/figures.md';
/** The table's head, as the file has it: rows follow it, the newest first. */
const head = '| date | commit | result | min | machine |\n|---|---|---|---|---|\n';

export function record(total) {
  const commit = git('describe', '--always', '--dirty');
  const date = new Date().toISOString().slice(0, 10);
  const seconds = total.stages.reduce((all, stage) => all + stage.seconds, 0);
  const result = [closing(total), ...total.figures].join('; ');
  const row = `| ${date} | ${commit} | ${result} | ${clock(seconds)} | ${availableParallelism()} cores |\n`;
  const text = readFileSync(file, 'utf8');
  if (!text.includes(head)) throw new Error(`${file} has no table of long tests`);
  writeFileSync(file, text.replace(head, head + row));
}

const git = (...args) => spawnSync('git', args, { encoding: 'utf8' }).stdout.trim();
