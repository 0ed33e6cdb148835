/** docs/settings.md is made from the schema: after a change of it, `npx vitest run test/settings/docs.test.ts -u`. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { catalogue, sections, variableOf } from '../../src/settings/catalogue.ts';
import { presets } from '../../src/settings/schema.ts';
import { leaves, type Tree, valueAt } from '../../src/settings/tree.ts';

const head = `# Settings

One file, \`bootdev.yaml\`, next to the site's code. Every setting has a default, so an empty file is a complete site.
Times are seconds or \`30s\`, \`5m\`, \`2h\`, \`1d\`; memory is MB or \`256MB\`, \`1GB\`.

Where a value comes from; each layer overrides the ones before it:

1. the defaults below, then the values of \`size\`;
2. \`~/.config/bootdev/settings.yaml\` (or below \`$XDG_CONFIG_HOME\`): yours, for all projects;
3. \`bootdev.yaml\`: the project's, committed;
4. \`bootdev.local.yaml\`: yours in this project, not committed;
5. for commands on a replica that runs, what the last \`bootdev up\` was told by the two below: \`status\` and \`parity\` name it, \`bootdev up\` alone ends it;
6. the environment: \`${variableOf('cache.ttl')}=30\`, \`${variableOf('php.memoryLimit')}=128\`;
7. \`--set cache.ttl=30\`, as often as needed.

\`bootdev config\` shows each value and its origin, down to line and column; \`bootdev config --defaults\` is this page without a project.
The first line of the file that \`bootdev init\` writes names a JSON Schema, which editors use to complete and check.
A value that is planned but not available yet (maps …) is an error, and never ignored.
`;

test('docs/settings.md says what the schema says', async () => {
  const rows = [...catalogue.values()].map(
    ({ path, fallback, schema, description }) =>
      `| \`${path}\` | ${fallback === '' ? '' : `\`${fallback}\``} | ${description.replace(/\S*<[\w.]+>(?:\.\w+)?/, '`$&`')}${words(schema)} |`,
  );
  const text = [
    head,
    '| setting | default | meaning |\n|---|---|---|',
    ...rows,
    '',
    `Not available in this version yet, so setting them is an error: ${[...sections.keys()].filter(isEmpty).join(', ')}.`,
    '',
    '## The values of `size`',
    '',
    `| setting | ${Object.keys(presets).join(' | ')} |\n|---|${'---|'.repeat(Object.keys(presets).length)}`,
    ...sized().map(
      (path) =>
        `| \`${path}\` | ${Object.values(presets)
          .map((preset) => at(preset, path))
          .join(' | ')} |`,
    ),
    '',
  ].join('\n');
  await expect(text).toMatchFileSnapshot('../../docs/settings.md');
});

/** The words a setting may have. */
function words(schema: z.ZodType): string {
  const { enum: options } = z.toJSONSchema(schema, { io: 'input' });
  return options
    ? ` ${options
        .filter(Boolean)
        .map((word) => `\`${word}\``)
        .join(', ')}.`
    : '';
}

function isEmpty(section: string): boolean {
  return ![...catalogue.keys()].some((path) => path.startsWith(`${section}.`));
}

function sized(): string[] {
  const paths = Object.values(presets).flatMap((preset) => [...leaves(preset as Tree)].map(([path]) => path));
  return [...catalogue.keys()].filter((path) => paths.includes(path));
}

const at = (preset: unknown, path: string) => valueAt(preset, path) ?? catalogue.get(path)?.fallback;
