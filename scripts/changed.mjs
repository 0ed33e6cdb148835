// `npm test -- --changed`: what changed against main (on main: against the last commit) decides what is run.
import { spawnSync } from 'node:child_process';

/** Stages that a path touches beside `check`, which sees every change. */
const touches = [
  [/^(?:src|bench)\/|^test\/(?!cli|cloud\/promote|emulator|scenarios|docker|instance)/, ['unit']],
  // Unit tests read them as files: no import leads there.
  [/^(?:cfn|compose|docker|docs|scripts)\/|^[^/]+$/, ['unit']],
  [/^(?:src|test\/cli)\/|^(?:build\.mjs|package(?:-lock)?\.json)$/, ['cli']],
  [/^(?:cfn|src\/cloud|test\/(?:cloud\/promote|fakes))\//, ['promote']],
  [/^(?:cfn|src\/cloud|test\/emulator)\//, ['emulator']],
  [/^(?:docker|compose|src\/(?:replica|images)|test\/(?:scenarios|docker))\//, ['replica']],
  [/^(?:docker\/ec2|test\/instance)\//, ['instance']],
];

/** Map of each touched stage to the paths that touch it. */
export function stagesOf(paths) {
  const stages = new Map();
  for (const path of paths)
    for (const [pattern, names] of touches)
      if (pattern.test(path)) for (const name of names) stages.set(name, [...(stages.get(name) ?? []), path]);
  return stages;
}

/** Unit tests that read the whole of src/ as text, so that every change there is theirs. */
const readers = [...['architecture', 'words', 'docs/links', 'cfn/iam', 'commands/program', 'settings/used']].map(
  (name) => `test/${name}.test.ts`,
);

/**
 * Options of vitest for the unit tests that a change touches; several: a run each. Its graph of imports tells which, except where
 * tests read what changed as a file: then all of them run.
 */
export function unitRuns({ base, paths }) {
  if (!paths.every((path) => /^(?:src|test)\/.*\.tsx?$/.test(path))) return [[]];
  return [[`--changed=${base}`, ...readers.map((file) => `--exclude=${file}`)], readers];
}

/** What the change is against, and every path that differs from it: committed or not, and files that git does not know yet. */
export function changes() {
  const [base] = ['main', 'origin/main'].flatMap((name) => git('merge-base', 'HEAD', name)).concat('HEAD');
  return { base, paths: [...git('diff', '--name-only', base), ...git('ls-files', '--others', '--exclude-standard')] };
}

function git(...args) {
  const { stdout } = spawnSync('git', args, { encoding: 'utf8' });
  return stdout.split('\n').filter(Boolean);
}
