/**
 * The templates of 0.1.0 beside today's: what cannot be changed of a resource that is there is as it was. A description is such a property of
 * security groups, parameter groups and subnet groups: another word, and CloudFormation replaces the group under the machines that run with it.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { templateData } from '../../src/cloud/stacks/template.ts';
import { firstRelease } from '../cloud/promote/first-release.ts';
import { createOnlyOf } from '../fakes/create-only.ts';
import type { Value } from '../fakes/template-values.ts';

/** Each with the reason why it may be. */
const known: Readonly<Record<string, string>> = {
  '20-network.yaml P\\w+Subnet\\d AvailabilityZone': 'the same zones: promote names those that the network has',
  '80-watch.yaml Dashboard DashboardName': 'begins as all names do (cfn/iam); nothing is kept in it',
};

const at = (properties: Value, path: string): Value => path.split('/').reduce((value, key) => value?.[key], properties);

test('nothing that is there is replaced, but for this', () => {
  const replaced = Object.entries(firstRelease).flatMap(([file, { Resources }]) => {
    const now = templateData(readFileSync(`cfn/${file}`, 'utf8')).Resources as typeof Resources;
    return Object.entries(Resources).flatMap(([id, { Type, Properties: old }]) => {
      const today = now[id];
      if (!today) return [];
      const other = createOnlyOf(Type).filter(
        (path) => JSON.stringify(at(old, path)) !== JSON.stringify(at(today.Properties, path)),
      );
      return [...(Type === today.Type ? [] : ['Type']), ...other].map((path) => `${file} ${id} ${path}`);
    });
  });
  expect(
    replaced.filter((each) => !Object.keys(known).some((pattern) => new RegExp(`^${pattern}$`).test(each))),
  ).toEqual([]);
  for (const pattern of Object.keys(known)) expect(replaced.join('\n')).toMatch(new RegExp(`^${pattern}$`, 'm'));
});
