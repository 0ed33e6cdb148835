import { expect, test } from 'vitest';
import { explain, firstCause } from '../../../src/cloud/stacks/explain.ts';
import { stacks } from '../../../src/cloud/stacks/stacks.ts';
import type { StackEvent } from '../../../src/io/aws/aws.ts';

const web = stacks.find(({ part }) => part === 'web') as (typeof stacks)[number];

const event = (resource: string, status: string, reason = ''): StackEvent => ({
  ...{ id: resource + status, time: new Date(0), resource, status, reason },
  ...{ isStack: false, physical: '', type: 'AWS::EC2::Subnet' },
});

const why = (events: StackEvent[], status = 'ROLLBACK_COMPLETE') =>
  explain({ stack: web, status, events, seconds: 61, rest: [] });

test('the first cause is not a consequence of it, in whatever order AWS tells them', () => {
  const events = [
    event('B', 'CREATE_FAILED', 'Resource creation cancelled'),
    event('A', 'CREATE_FAILED', 'The CIDR 10.0.0.0/8 is invalid. (Service: Ec2, Status Code: 400, Request ID: 7)'),
    event('C', 'CREATE_FAILED', 'Resource creation cancelled'),
  ];
  expect(firstCause(events)?.resource).toBe('A');
  expect(why(events).cause).toEqual(['subnet A: The CIDR 10.0.0.0/8 is invalid.']);
});

test('a failure of the rollback is not the cause', () => {
  const events = [event('A', 'UPDATE_FAILED', 'first'), event('B', 'UPDATE_FAILED', 'while rolling back')];
  expect(why(events, 'UPDATE_ROLLBACK_FAILED').cause).toEqual(['subnet A: first']);
});

test('no reason at all', () => {
  expect(why([]).cause).toEqual(['AWS gave no reason']);
  expect(why([event('A', 'CREATE_FAILED')]).cause).toEqual(['subnet A: AWS gave no reason']);
});

test.each([
  ['ROLLBACK_COMPLETE', 'rolled back after 1 min 01 s', /what it had created was deleted/],
  ['ROLLBACK_FAILED', 'failed after 1 min 01 s, and could not be rolled back', /still exists/],
  ['UPDATE_ROLLBACK_COMPLETE', 'rolled back after 1 min 01 s', /nothing was lost/],
  ['UPDATE_ROLLBACK_FAILED', 'failed after 1 min 01 s, and could not be rolled back', /stuck/],
  ['DELETE_FAILED', 'could not be deleted after 1 min 01 s', /still exists/],
])('%s', (status, what, now) => {
  const failure = why([event('A', 'CREATE_FAILED', 'x')], status);
  expect(failure.what).toBe(what);
  expect(failure.now).toMatch(now);
  expect(failure.next.join(' ')).toContain('bootdev promote');
});

test('of a boot log, the line that says what failed', () => {
  const signal = 'Failed to receive 1 resource signal(s) within the specified duration';
  const log = { kind: 'web', instance: 'i-1', lines: ['fetch', 'php-fpm: ERROR: no pool', 'giving up'] };
  const events = [event('Group', 'CREATE_FAILED', signal)];
  const { cause } = explain({ stack: web, status: 'ROLLBACK_COMPLETE', events, seconds: 1, rest: [], log });
  expect(cause.at(-1)).toBe('php-fpm: ERROR: no pool');
});
