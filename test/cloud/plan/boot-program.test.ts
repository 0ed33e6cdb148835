import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sha256 } from '../../../src/bundle/digest.ts';
import { bootProgram } from '../../../src/cloud/plan/boot-program.ts';
import { readFolder } from '../../../src/io/folder.ts';

const docker = await readFolder('docker');
const program = bootProgram(docker);
const changed = (path: string, text: string) => new Map([...docker, [path, Buffer.from(text)]]);

const parts = [...docker.keys()].filter((path) => path.startsWith('ec2/lib/')).concat('roles/base/tree-digest.sh');

test('is one program: each file that it sources is in it, whole and once, and there is no other one', () => {
  const text = program.toString();
  const times = (path: string) => text.split(docker.get(path)?.toString().trimEnd() ?? '-').length - 1;
  expect(parts.filter((path) => times(path) !== 1)).toEqual([]);
  expect(text).not.toMatch(/^(?:\.|source)\s+\S*(?:\.sh|\$\{0)/m);
  execFileSync('bash', ['-n'], { input: program });
});

test('has nothing else changed, and no character of a file taken for a pattern', () => {
  const [before = '', after = ''] = (docker.get('ec2/boot')?.toString() ?? '').split(/^\. .*tree-digest\.sh"\n/m);
  const only = (text: string) => text.replace(/^\. "\$\{0%\/\*\}\/lib\/.*\n/gm, '');
  const dollars = changed('roles/base/tree-digest.sh', "$& $' $1\n").set(
    'ec2/boot',
    Buffer.from(only(`${before}. "\${0%/*}/../roles/base/tree-digest.sh"\n${after}`)),
  );
  expect(bootProgram(dollars).toString()).toBe(only(`${before}$& $' $1\n${after}`));
});

test("has the digest that cfn/README.md's command says", () => {
  const [, command = ''] = /^boot=\$\((.*)\)$/m.exec(readFileSync('cfn/README.md', 'utf8')) ?? [];
  expect(execFileSync('sh', ['-euc', command]).toString()).toBe(`${sha256(program)}\n`);
});

test.each([
  ['ec2/boot', 'docker/ has no ec2/boot'],
  ['ec2/lib/aws.sh', 'docker/ has no ec2/lib/aws.sh'],
])('without %s it is a fault of the package', (left, said) => {
  expect(() => bootProgram(new Map([...docker].filter(([path]) => path !== left)))).toThrow(said);
});
