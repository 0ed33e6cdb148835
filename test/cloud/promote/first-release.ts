/**
 * An account with the stacks of 0.1.0 (commit 5c9f22b), as promote of that time made them. 0.1.0.json.gz has its templates by file, as JSON and
 * without descriptions: `git show 5c9f22b:cfn/FILE` through templateData().
 */
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { makeParameters } from '../../../src/cloud/stacks/parameters.ts';
import { renameOutputs } from '../../../src/cloud/stacks/resolve-parameters.ts';
import { usedStacks } from '../../../src/cloud/stacks/stacks.ts';
import { instanceMachines } from '../../../src/machines/table.ts';
import { completeSettings } from '../../../src/settings/schema.ts';
import type { FakeAws } from '../../fakes/aws.ts';
import { withDefaults } from '../../fakes/parameters.ts';
import { FakeStack } from '../../fakes/stack.ts';
import type { Value } from '../../fakes/template-values.ts';

/** The folder that they were made from. */
export const adopt = ['--adopt', 'abcdef'];

const packed = await readFile('test/cloud/promote/0.1.0.json.gz');
interface OldTemplate {
  Parameters: object;
  Resources: Record<string, { Type: string; Properties: Value }>;
}

/** By file. */
export const firstRelease: Record<string, OldTemplate> = JSON.parse(gunzipSync(packed).toString());

export function deployFirstRelease(aws: FakeAws, raw: Parameters<typeof completeSettings>[0]): void {
  aws.cloudformation.pageSize = 100;
  aws.account.imageDates['ami-0older'] = new Date(Date.now() - 10 * 86_400_000).toISOString();
  const settings = completeSettings(raw);
  const digests = new Map(instanceMachines.map(({ kind }) => [kind, 'a'.repeat(64)]));
  const own = makeParameters({
    ...{ settings, environment: 'production', architecture: process.arch === 'arm64' ? 'arm64' : 'amd64' },
    ...{ imageId: 'ami-0older', edgePrefixList: 'pl-3b927c52', zoneNames: ['zone-a', 'zone-b', 'zone-c'] },
    ...{ databaseVersion: '9.7', edgeCookies: [], boot: 'b'.repeat(64), release: 'c'.repeat(64) },
    ...{ bundles: digests, packages: digests, sizes: new Map() },
  });
  const outputs: Record<string, string> = {};
  for (const { part, file, region = 'eu-west-1', renames } of usedStacks(settings)) {
    const template = firstRelease[file];
    if (!template) continue; // 70 address came later
    const stack = new FakeStack(`shop-production-${part}`, region, aws.account.id, aws.script);
    const body = JSON.stringify(template);
    // It had no list of zones of its own.
    const known = { ...outputs, ...own, ...(outputs.ZoneNames ? { ZoneNames: outputs.ZoneNames } : {}) };
    const given = Object.entries(known).filter(([name]) => name in template.Parameters);
    const parameters = withDefaults(body, Object.fromEntries(given));
    const tags = { 'bootdev:project': 'abcdef', 'bootdev:environment': 'production' };
    const set = { name: 'x', create: true, token: null, body, parameters, tags, pending: 0, validations: [] };
    stack.execute({ ...set, changes: stack.difference(body, parameters) });
    stack.tick(10_000);
    if (stack.status !== 'CREATE_COMPLETE') throw new Error(`${stack.name}: ${stack.status}`);
    aws.cloudformation.stacks.push(stack);
    Object.assign(outputs, renameOutputs({ renames } as never, stack.outputs));
  }
}
