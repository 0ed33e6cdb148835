/** An instance's programs may do what the replica's may: boot's lists of capabilities are those of compose. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { bootProgram } from '../../src/cloud/plan/boot-program.ts';
import { readFolder } from '../../src/io/folder.ts';

const boot = bootProgram(await readFolder('docker')).toString();
const services = Object.assign(
  {},
  ...['gluster', 'solr', 'compose'].map(
    (name) => parse(readFileSync(`compose/${name}.yaml`, 'utf8'), { merge: true }).services,
  ),
);

const listed = (kind: string) => {
  const line = new RegExp(`^ {4}(?:\\w+ \\| )?${kind}(?: \\| \\w+)?\\) echo (.*) ;;$`, 'm').exec(boot)?.[1] ?? '';
  return line.split(' ').sort();
};

test.each([
  ['web', 'web'],
  ['admin', 'admin'],
  ['solr', 'solr'],
  ['gluster', 'gluster-1'],
  ['arbiter', 'arbiter'],
])('%s', (kind, service) => {
  expect(listed(kind)).toEqual(services[service].cap_add.map((name: string) => `CAP_${name}`).sort());
});
