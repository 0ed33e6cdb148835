/** A promote with a small change, and one that replaces data. */
import type { Event, Plan } from '../../../src/events.ts';

const digest = (start: string) => start.padEnd(64, '0');

export const plan: Plan = {
  ...{ project: 'shop-production', site: 'shop', environment: 'production', region: 'eu-west-1' },
  ...{ account: '123456789012', identity: 'arn:aws:sts::123456789012:assumed-role/deploy/anna' },
  ...{ root: digest('3f9c2e71'), release: digest('a41f00c9'), rehearsed: 'replica: same, 14 of 14 machines' },
  findings: [
    { name: 'identity', state: 'good', text: '' },
    { name: 'permissions', state: 'good', text: '' },
    { name: 'quotas', state: 'good', text: '' },
    { name: 'certificate', state: 'good', text: '' },
    {
      name: 'mail',
      state: 'warning',
      text: 'SES is in its sandbox: it sends to verified addresses only',
      fix: 'ask AWS for production access: SES console, Account dashboard (about a day)',
    },
  ],
  stacks: [
    { name: '10 bootstrap', stack: 'shop-production-bootstrap', state: 'same', changes: [] },
    { name: '20 network', stack: 'shop-production-network', state: 'same', changes: [] },
    {
      ...{ name: '30 data', stack: 'shop-production-data', state: 'update' },
      changes: [
        {
          ...{ resource: 'DbParameters', kind: 'database parameters', sign: '~' },
          details: [{ name: 'Parameters.innodb_buffer_pool_size', before: '4294967296', after: '6442450944' }],
        },
      ],
    },
    {
      ...{ name: '60 web', stack: 'shop-production-web', state: 'update' },
      text: 'WebBundle 77aa01d2 → 3f9c2e71',
      changes: [
        {
          ...{ resource: 'WebTemplate', kind: 'launch template', sign: '~' },
          details: [{ name: 'BOOTDEV_DIGEST', before: digest('77aa01d2'), after: digest('3f9c2e71') }],
        },
        { resource: 'WarmSchedule', kind: 'schedule', sign: '+', details: [] },
      ],
    },
  ],
  dataLoss: [],
  cost: {
    ...{ before: 411.6, after: 1431.2, unknown: [], logged: 0.5, prices: 'prices of a day' },
    parts: [
      { name: 'web machines', text: '2 × m7i.large', before: 164.03, after: 1183.6 },
      { name: 'database', text: '2 × db.m7g.large, 100 GB gp3', before: 247.6, after: 247.6 },
    ],
  },
  seconds: 2.4,
};

export const losing: Plan = {
  ...plan,
  stacks: [
    {
      ...{ name: '30 data', stack: 'shop-production-data', state: 'update' },
      changes: [
        {
          ...{ resource: 'Database', kind: 'database', sign: '±' },
          data: 'is replaced by an empty one: a snapshot of it stays',
          details: [{ name: 'StorageEncrypted', before: 'false', after: 'true' }],
        },
      ],
    },
  ],
  dataLoss: ['30 data: database Database is replaced by an empty one: a snapshot of it stays'],
};

/** Applying it, up to where web machines are replaced. */
export const applying: Event[] = [
  {
    ...{ type: 'begin', verb: 'promote', project: 'shop → production', root: digest('3f9c2e71') },
    stacks: ['10 bootstrap', '20 network', '30 data', '60 web', '80 watch'],
  },
  { type: 'stack', name: '10 bootstrap', state: 'same' },
  { type: 'step', id: 'b', text: 'upload bundle of web', state: 'start' },
  { type: 'step', id: 'b', text: 'upload bundle of web', state: 'done', seconds: 0.4 },
  { type: 'stack', name: '20 network', state: 'same' },
  { type: 'stack', name: '30 data', state: 'working' },
  { type: 'stack', name: '30 data', state: 'done', seconds: 41 },
  { type: 'stack', name: '60 web', state: 'working' },
  { type: 'resource', stack: '60 web', resource: 'WebTemplate', kind: 'launch template', state: 'working', seconds: 0 },
  { type: 'resource', stack: '60 web', resource: 'WebTemplate', kind: 'launch template', state: 'done', seconds: 3 },
  {
    ...{ type: 'resource', stack: '60 web', resource: 'WebGroup', kind: 'Auto Scaling group', state: 'working' },
    ...{ text: 'instance i-0abc123def4567890 reports healthy', seconds: 52 },
  },
];

export const failing: Event[] = [
  ...applying,
  {
    ...{ type: 'resource', stack: '60 web', resource: 'WebGroup', kind: 'Auto Scaling group', state: 'failed' },
    ...{ text: 'Received 1 FAILURE signal(s) out of 2.', seconds: 372 },
  },
  { type: 'stack', name: '60 web', state: 'undoing', text: 'rolling back' },
  { type: 'stack', name: '60 web', state: 'failed', seconds: 372 },
  {
    type: 'failure',
    failure: {
      ...{ name: '60 web', what: 'rolled back after 6 min 12 s' },
      cause: [
        'web instance i-0abc123def4567890 did not report healthy; its boot log says',
        'nginx: [emerg] unknown directive "brotlii" in /etc/nginx/conf.d/site.conf:12',
      ],
      now: 'the previous bundle 77aa01d2 serves; nothing was lost',
      next: ['fix it in the settings or in docker/, then  bootdev up  and  bootdev promote   (it continues from here)'],
    },
  },
];
