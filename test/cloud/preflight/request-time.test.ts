import { expect, test } from 'vitest';
import { checkRequestTime, longestRequest } from '../../../src/cloud/preflight/behaviour.ts';
import { completeSettings } from '../../../src/settings/schema.ts';
import { readTemplate } from '../../cfn/template.ts';

const finding = (maxExecutionTime: number) =>
  checkRequestTime({ settings: completeSettings({ site: { name: 'shop' }, php: { maxExecutionTime } }) });

test('PHP may run longer than AWS waits: a warning with its fix', () => {
  expect(finding(60)).toBeUndefined();
  expect(finding(61)).toEqual({
    ...{ name: 'request time', state: 'warning' },
    text: 'php.maxExecutionTime is 61 s, but on AWS a visitor gets an error (504) after 60 s while PHP is still running',
    fix: 'set php.maxExecutionTime: 60 in bootdev.yaml; split longer work into several requests or move it to cron',
  });
});

test("the limit is the template's", () => {
  const text = JSON.stringify(readTemplate('cfn/58-edge.yaml').Resources);
  const waits = [...text.matchAll(/"OriginReadTimeout":(\d+)|"idle_timeout.timeout_seconds","Value":"(\d+)"/g)];
  expect(waits.map(([, edge, balancer]) => Number(edge ?? balancer))).toEqual([60, 60, 60]);
  expect(longestRequest).toBe(60);
});
