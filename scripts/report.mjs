// The end of a test run: what was skipped, the slowest files, minutes by stage, what failed by name, and one line that counts the whole.

/** A run's figures as they come in. */
export const newTotal = () => ({ passed: 0, failed: [], skipped: [], hints: [], stages: [], files: [], figures: [] });

export function count(total, name, passed) {
  if (passed) total.passed++;
  else total.failed.push(name);
}

/** Runs one stage, which adds to the total, and remembers how long it took and what it added. */
export async function timed(total, name, stage) {
  const tests = sum(total);
  const started = performance.now();
  const note = await stage();
  total.stages.push({ name, seconds: (performance.now() - started) / 1000, tests: sum(total) - tests, note });
}

/** Adds what a run of vitest left. Returns its projects' minutes of files, when they are several. */
export function add(total, { projects, failed }) {
  total.failed.push(...failed);
  for (const tally of Object.values(projects)) {
    total.passed += tally.passed;
    total.failed.push(...tally.failed);
    total.skipped.push(...tally.skipped);
    total.files.push(...tally.files);
    total.figures.push(...tally.figures);
  }
  const names = Object.keys(projects);
  if (names.length < 2) return '';
  const minutes = (name) => clock(projects[name].files.reduce((all, { seconds }) => all + seconds, 0));
  return `minutes of files: ${names.map((name) => `${name} ${minutes(name)}`).join(', ')}`;
}

export function print(total) {
  for (const text of total.hints) console.log(text);
  for (const text of total.skipped) console.log(`skipped: ${text}`);
  const slowest = total.files.sort((a, b) => b.seconds - a.seconds).slice(0, 25);
  if (slowest.length > 0) console.log('\nslowest files');
  for (const { path, seconds } of slowest) console.log(`${clock(seconds).padStart(7)}  ${path}`);
  const rows = total.stages.map(({ name, seconds, tests, note }) => [name, clock(seconds), String(tests), note ?? '']);
  const whole = total.stages.reduce((all, { seconds }) => all + seconds, 0);
  console.log('\nstage             min  tests');
  for (const [name, minutes, tests, note] of [...rows, ['whole', clock(whole), String(sum(total)), '']])
    console.log(`${name.padEnd(13)}${minutes.padStart(8)}${tests.padStart(7)}  ${note}`.trimEnd());
  for (const text of total.failed) console.log(`FAILED: ${text}`);
  console.log(`\n${closing(total)}`);
}

export function closing({ passed, failed, skipped }) {
  return `${passed} passed, ${failed.length} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`;
}

const sum = ({ passed, failed, skipped }) => passed + failed.length + skipped.length;

/** 65 → 1:05 */
export function clock(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
