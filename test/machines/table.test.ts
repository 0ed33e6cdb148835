/** What the table says of AWS is what the templates have. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { instanceMachines, machines } from '../../src/machines/table.ts';

test.each(instanceMachines)('$kind: the parameters of stack $instance.stack', ({ instance: { stack, word } }) => {
  const file = readdirSync('cfn').find((name) => new RegExp(`^\\d+-${stack}\\.yaml$`).test(name));
  const template = readFileSync(`cfn/${file}`, 'utf8');
  for (const name of ['InstanceType', 'Capacity', 'Bundle', 'Packages'])
    expect.soft(template, word).toMatch(new RegExp(`^  ${word}${name}:`, 'm'));
});

test('what stands for a kind is an instance or a service', () => {
  for (const { kind, aws, instance } of machines) expect.soft(aws.startsWith('EC2'), kind).toBe(instance !== undefined);
});
