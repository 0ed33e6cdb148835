/** An `up` of a small replica, event by event. */
import type { Event, MachineStatus } from '../../src/events.ts';

export const names = ['lb', 'web-1', 'web-2', 'admin', 'mysql', 'memcached-1', 'memcached-2', 's3', 'mail'];
const root = '3f9c2e71'.padEnd(64, '0');

export const begin: Event = { type: 'begin', verb: 'up', project: 'shop', root, machines: names, lastSeconds: 13.9 };

/** Images are built, mysql is still starting, the web machines wait for it. */
export const halfway: Event[] = [
  begin,
  { type: 'step', id: 'image web', text: 'image web', state: 'start' },
  { type: 'log', source: 'image web', line: 'Step 1/9' },
  { type: 'step', id: 'image web', text: 'image web', state: 'done', seconds: 72.3 },
  { type: 'machine', name: 'mysql', state: 'starting' },
  { type: 'machine', name: 'memcached-1', state: 'healthy', seconds: 0.4 },
  { type: 'machine', name: 'memcached-2', state: 'healthy', seconds: 0.6 },
  { type: 'machine', name: 'web-1', state: 'waiting', text: 'waiting for mysql' },
  { type: 'machine', name: 'web-2', state: 'waiting', text: 'waiting for mysql' },
  { type: 'log', source: 'mysql', line: '\u001b[32mInnoDB\u001b[0m\tinitialization has started.' },
];

const ready: Event = {
  type: 'ready',
  urls: [
    { name: 'site', url: 'http://shop.localhost:8080' },
    { name: 'mail', url: 'http://127.0.0.1:8025' },
  ],
  next: ['bootdev status', 'bootdev down'],
  seconds: 6.3,
};

export const whole: Event[] = [
  ...halfway,
  ...names.map((name): Event => ({ type: 'machine', name, state: 'healthy', seconds: 5 })),
  ready,
];

const programsOf = (name: string) =>
  name.startsWith('web') ? ['nginx', 'php-fpm', 'heartbeat'] : [name.replace(/-\d$/, '')];

const machine = (name: string, other: Partial<MachineStatus> = {}): MachineStatus => ({
  ...{
    name,
    state: 'healthy',
    programs: programsOf(name).map((program) => ({ name: program, up: true })),
    digest: root,
    desired: root,
  },
  ...other,
});

export const healthy: Event = {
  type: 'status',
  status: { project: 'shop', root, machines: names.map((name) => machine(name)) },
};

export const changed: Event = {
  type: 'status',
  status: {
    project: 'shop',
    root,
    machines: [
      machine('lb', { url: 'http://shop.localhost:8080' }),
      machine('web-1'),
      machine('web-2', {
        state: 'differs',
        digest: '77aa01d2'.padEnd(64, '0'),
        text: 'changed on the machine: etc/nginx/nginx.conf',
      }),
      { name: 'mysql', state: 'missing', programs: [], desired: root, text: 'not there: bootdev up' },
    ],
  },
};

export async function* play<Result>(events: Event[], result: Result): AsyncGenerator<Event, Result> {
  yield* events;
  return result;
}
