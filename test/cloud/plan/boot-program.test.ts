import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sha256 } from '../../../src/bundle/digest.ts';
import { bootProgram } from '../../../src/cloud/plan/boot-program.ts';
import { readFolder } from '../../../src/io/folder.ts';

const docker = await readFolder('docker');
const program = bootProgram(docker);
const changed = (path: string, text: string) => new Map([...docker, [path, Buffer.from(text)]]);

test('is one program: the file that it sources is in it, whole and once', () => {
  const text = program.toString();
  expect(text.split(docker.get('roles/base/tree-digest.sh')?.toString() ?? '-')).toHaveLength(2);
  expect(text).not.toMatch(/^\s*(?:\.|source)\s+.*tree-digest/m);
  execFileSync('bash', ['-n'], { input: program });
});

test('has nothing else changed, and no character of the file taken for a pattern', () => {
  const [before = '', after = ''] = (docker.get('ec2/boot')?.toString() ?? '').split(/^\. .*tree-digest\.sh"\n/m);
  expect(bootProgram(changed('roles/base/tree-digest.sh', "$& $' $1\n")).toString()).toBe(
    `${before}$& $' $1\n${after}`,
  );
});

test("has the digest that cfn/README.md's command says", () => {
  const [, command = ''] = /^boot=\$\((.*)\)$/m.exec(readFileSync('cfn/README.md', 'utf8')) ?? [];
  expect(execFileSync('sh', ['-euc', command]).toString()).toBe(`${sha256(program)}\n`);
});

test.each([
  ['a docker/ without it', new Map([...docker].filter(([path]) => path !== 'ec2/boot'))],
  ['one that sources nothing', changed('ec2/boot', '#!/bin/bash\n')],
])('%s is a fault of the package', (_, sources) => {
  expect(() => bootProgram(sources)).toThrow('ec2/boot');
});
