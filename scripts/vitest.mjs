// One run of vitest: its figures by project, and the wall's minutes.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bin, run } from './prepare.mjs';

/**
 * {projects: {name: {passed, failed, skipped, files, figures}}, failed: what belongs to none of them}
 * @param {string[]} projects
 */
export function vitest(projects, ...options) {
  const folder = mkdtempSync(join(tmpdir(), 'bootdev-tally-'));
  const BOOTDEV_TALLY = join(folder, 'tally.json');
  const named = projects.flatMap((name) => ['--project', name]);
  const ended = run(bin('vitest'), ['run', ...named, ...options], { env: { BOOTDEV_TALLY } });
  const { projects: found, failed } = read(BOOTDEV_TALLY);
  rmSync(folder, { recursive: true });
  const all = Object.values(found);
  if (!ended && failed.length + all.flatMap((tally) => tally.failed).length === 0)
    failed.push(`${projects.join(', ')} tests ended early`);
  // A whole run of a project that found nothing to run has lost its files.
  const chosen = options.some((option) => option.startsWith('--changed'));
  for (const name of projects) if (!found[name] && !chosen) failed.push(`${name}: no test was run`);
  return { projects: found, failed };
}

/** Without figures vitest found nothing to run, or broke: its exit code tells which. */
function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { projects: {}, failed: [] };
  }
}
