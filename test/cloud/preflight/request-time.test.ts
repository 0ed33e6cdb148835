import { expect, test } from 'vitest';
import { longestRequest, requestTimeFinding } from '../../../src/cloud/preflight/request-time.ts';
import { completeSettings } from '../../../src/settings/schema.ts';
import { readTemplate } from '../../cfn/template.ts';

const finding = (maxExecutionTime: number) =>
  requestTimeFinding({ settings: completeSettings({ site: { name: 'shop' }, php: { maxExecutionTime } }) });

test('PHP may work longer than AWS waits: said, with the mend', () => {
  expect(finding(60)).toBeUndefined();
  expect(finding(61)).toEqual({
    ...{ name: 'request time', state: 'warning' },
    text: 'php.maxExecutionTime is 61 s; on AWS a visitor gets an error (504) after 60 s, while PHP works on',
    mend: 'php.maxExecutionTime: 60 in bootdev.yaml, and longer work in several requests or in cron',
  });
});

test('the limit is the one of the template', () => {
  const text = JSON.stringify(readTemplate('cfn/58-edge.yaml').Resources);
  const waits = [...text.matchAll(/"OriginReadTimeout":(\d+)|"idle_timeout.timeout_seconds","Value":"(\d+)"/g)];
  expect(waits.map(([, edge, balancer]) => Number(edge ?? balancer))).toEqual([60, 60, 60]);
  expect(longestRequest).toBe(60);
});
