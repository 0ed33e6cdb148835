import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { catalogue } from '../../src/settings/catalogue.ts';

/** Settings whose use is not a plain `settings.<path>`, with where it is. */
const elsewhere = new Map<string, string>([
  ['size', 'presets of the schema'],
  ['php.childMemory', 'src/machines/capacity.ts takes settings.php apart'],
  ['code.path', 'src/project/release.ts takes settings.code apart'],
  ...['https', 'http', 's3', 'mail'].map(
    (name) => [`ports.${name}`, 'src/replica/up/ports.ts goes through all of them'] as const,
  ),
  ['aws.profile', 'recorded for the AWS stacks of a later version, as its sentence says'],
]);

const text = ['src', 'docker', 'compose']
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.startsWith('src/settings'))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')),
  )
  .join('\n');

/** Only one value is accepted, so there is nothing to use. */
function isFixed(schema: z.ZodType): boolean {
  const { enum: words, const: only } = z.toJSONSchema(schema, { io: 'input' });
  return only !== undefined || words?.length === 1;
}

test('no setting is accepted and then ignored', () => {
  const ignored = [...catalogue.values()]
    .filter(({ path, schema }) => !elsewhere.has(path) && !isFixed(schema))
    .filter(({ path }) => !new RegExp(`\\bsettings\\.${path.replace('.', '\\.')}\\b`).test(text))
    .map(({ path }) => path);
  expect(ignored).toEqual([]);
});
