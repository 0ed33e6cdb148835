/** `npm test -- --changed`: which stages a changed path touches. */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { stagesOf, unitRuns } from '../../scripts/changed.mjs';

test.each([
  ['src/settings/load.ts', ['unit', 'cli']],
  ['src/cloud/promote.ts', ['unit', 'cli', 'promote', 'emulator']],
  ['src/replica/up/up.ts', ['unit', 'cli', 'replica']],
  ['src/images/packages.ts', ['unit', 'cli', 'replica']],
  ['cfn/60-web.yaml', ['unit', 'promote', 'emulator']],
  ['compose/compose.yaml', ['unit', 'replica']],
  ['docker/roles/nginx/apply.sh', ['unit', 'replica']],
  ['docker/ec2/boot', ['unit', 'replica', 'instance']],
  ['test/settings/load.test.ts', ['unit']],
  ['test/cli/usage.test.ts', ['cli']],
  ['test/cloud/promote/destroy.test.ts', ['promote']],
  ['test/fakes/aws.ts', ['unit', 'promote']],
  ['test/emulator/templates.test.ts', ['emulator']],
  ['test/docker/cron.test.ts', ['replica']],
  ['test/instance/boot.test.ts', ['instance']],
  ['docs/settings.md', ['unit']],
  ['package-lock.json', ['unit', 'cli']],
  ['build.mjs', ['unit', 'cli']],
])('%s', (path, stages) => {
  expect([...stagesOf([path]).keys()]).toEqual(stages);
});

test('a stage knows every path that touches it', () => {
  expect(stagesOf(['cfn/60-web.yaml', 'src/cloud/promote.ts']).get('emulator')).toEqual([
    'cfn/60-web.yaml',
    'src/cloud/promote.ts',
  ]);
});

describe('unit tests', () => {
  test('all of them where something changed that they read as a file', () => {
    expect(unitRuns({ base: 'main', paths: ['src/steps.ts', 'cfn/60-web.yaml'] })).toEqual([[]]);
    expect(unitRuns({ base: 'main', paths: ['test/cfn/handler-permissions.json'] })).toEqual([[]]);
  });

  test('else what imports the change, and apart from these the readers of the whole source, each once', () => {
    const [imports = [], readers = []] = unitRuns({
      base: 'main',
      paths: ['src/steps.ts', 'test/screen/terminal.tsx'],
    });
    expect(imports).toEqual(['--changed=main', ...readers.map((file) => `--exclude=${file}`)]);
    expect(readers.filter((file) => !existsSync(file))).toEqual([]);
    expect(readers).toContain('test/architecture.test.ts');
  });
});
