import { expect, test } from 'vitest';
import type { Lesson } from '../../src/answers/lesson.ts';
import { exitCode, type UserError } from '../../src/errors.ts';
import type { Event } from '../../src/events.ts';
import { readChoice } from '../../src/lesson/choice.ts';
import { removeAbandoned } from '../../src/lesson/leftovers.ts';
import { lesson } from '../../src/lesson/lesson.ts';
import { openLab } from '../../src/lesson/machines.ts';
import { measure, newBench } from '../../src/lesson/measure.ts';
import { type FakeEngine, fakeEngine } from './engine.ts';

async function shown<Result>(events: AsyncGenerator<Event, Result>) {
  const all: Event[] = [];
  for (;;) {
    const next = await events.next();
    if (next.done) return { events: all, result: next.value };
    all.push(next.value);
  }
}

const isEmpty = ({ containers, networks, services }: FakeEngine) =>
  expect({ containers: [...containers], networks: [...networks], services: [...services] }).toEqual({
    ...{ containers: [], networks: [], services: [] },
  });

test('one load: made, counted, compared, deleted', async () => {
  const engine = fakeEngine();
  const { events, result } = await shown(lesson(engine.deps, readChoice({ scheduler: 'rr', connections: 10 })));
  expect(result).toBe(true);
  const answer = events.flatMap((event) => (event.type === 'lesson' ? [event.lesson] : []));
  expect(answer).toHaveLength(1);
  expect(answer[0]).toMatchObject({
    ...{ mode: 'fullnat', load: 'held', connections: 10, measured: true },
    seen: { server: 'web-1', source: '172.19.0.2', destination: '172.19.0.4' },
    sides: [
      {
        scheduler: 'rr',
        service: '172.19.0.2:8001',
        failed: 0,
        servers: [
          { name: 'web-1', connections: 5 },
          { name: 'web-2', connections: 5 },
        ],
      },
    ],
  });
  expect(answer[0]?.commands.map(({ command }) => command)).toEqual([
    'grep -x 1 /proc/sys/net/ipv4/vs/conntrack',
    'iptables-nft -t nat -A POSTROUTING -m ipvs --vdir ORIGINAL --vmethod MASQ -j MASQUERADE',
    'ipvsadm -A -t 172.19.0.2:8001 -s rr',
    'ipvsadm -a -t 172.19.0.2:8001 -r 172.19.0.4:8001 -m -w 3',
    'ipvsadm -a -t 172.19.0.2:8001 -r 172.19.0.5:8001 -m -w 1',
    'ipvsadm -L -n --stats --exact',
  ]);
  isEmpty(engine);
});

test('what is shown is what is run', async () => {
  const engine = fakeEngine();
  const { events } = await shown(
    lesson(engine.deps, readChoice({ scheduler: 'rr,wrr', mode: 'dr', load: 'destinations', connections: 6 })),
  );
  const { commands } = (events.find((event) => event.type === 'lesson') as { lesson: Lesson }).lesson;
  const asked = engine.asked.join('\n');
  expect(commands.length).toBeGreaterThan(10);
  for (const { command } of commands) expect(asked).toContain(command);
});

test('the director has what it needs, and no more', async () => {
  const engine = fakeEngine();
  await shown(lesson(engine.deps, readChoice({ connections: 2 })));
  const started = engine.asked.filter((line) => line.startsWith('run '));
  expect(started).toHaveLength(5); // the probe, director, client, two servers
  for (const line of started) {
    expect(line).toContain('--cap-drop=ALL');
    expect(line).toContain('no-new-privileges');
    expect(line).toContain('--label bootdev.lesson=4711 77 boot');
    expect(line).not.toMatch(/privileged(?!s)|--publish|-p \d|--volume|SYS_ADMIN/);
  }
  expect(started.filter((line) => line.includes('NET_RAW'))).toHaveLength(1);
});

test('another server than was counted, or no answer at all, is a failure', async () => {
  const engine = fakeEngine();
  engine.script.answer = 'web-2 172.19.0.2 172.19.0.5';
  const wrong = await shown(lesson(engine.deps, readChoice({ connections: 10 })));
  expect(wrong.result).toBe(false);
  engine.script.answer = 'failed';
  const none = await shown(lesson(engine.deps, readChoice({ connections: 10 })));
  expect(none.result).toBe(false);
  expect(none.events.find((event) => event.type === 'lesson')).toMatchObject({ lesson: { sides: [{ failed: 10 }] } });
  isEmpty(engine);
});

test.each([
  ['no: the kernel has no IPVS loaded', 'linux', 'sudo modprobe ip_vs   (without it: bootdev lvs --explain)'],
  [
    'no: the kernel has no scheduler sed (ip_vs_sed)',
    'linux',
    'sudo modprobe ip_vs_sed   (without it: bootdev lvs --explain)',
  ],
  [
    'no: the kernel has no IPVS loaded',
    'darwin',
    'docker run --rm --privileged --pid=host debian:trixie-slim nsenter -t 1 -m modprobe ip_vs   (without it: bootdev lvs --explain)',
  ],
  [
    'no: this engine gives containers no NET_ADMIN (a rootless one cannot)',
    'linux',
    'use Docker with a daemon that runs as root   (without it: bootdev lvs --explain)',
  ],
] as const)('%s, on %s', async (probe, platform, hint) => {
  const engine = fakeEngine();
  engine.script.probe = probe;
  Object.assign(engine.deps.host, { platform });
  const error = await shown(lesson(engine.deps, readChoice({ scheduler: 'sed' }))).catch((thrown: UserError) => thrown);
  expect(error).toMatchObject({
    message: `The lesson needs the kernel's LVS: ${probe.slice(4)}.`,
    hint,
    code: exitCode.failed,
  });
  expect(engine.asked.filter((line) => /^(?:run -d|network create)/.test(line))).toEqual([]);
});

test('a start that fails half-way leaves nothing', async () => {
  const engine = fakeEngine();
  engine.script.fails = /^network connect .*-client$/;
  await expect(shown(lesson(engine.deps, readChoice({})))).rejects.toThrow('network connect');
  isEmpty(engine);
});

test('stopped while it measures: everything is deleted', async () => {
  const engine = fakeEngine();
  const events = lesson(engine.deps, readChoice({ connections: 500 }));
  for (;;) {
    const { value } = await events.next();
    if (value && typeof value === 'object' && value.type === 'step' && value.id === 'load') break;
  }
  engine.stop.abort();
  await expect(shown(events)).rejects.toThrow();
  isEmpty(engine);
});

test('machines of a lesson that was killed go, those of one that runs stay', async () => {
  const engine = fakeEngine();
  engine.containers.set('old', '12 34 boot').set('other', '4711 77 boot');
  engine.networks.set('old-front', '12 34 boot');
  const { events } = await shown(removeAbandoned(engine.deps));
  expect(events.at(-1)).toMatchObject({ state: 'done', text: 'machines of a lesson that was killed: deleted' });
  expect([...engine.containers.keys()]).toEqual(['other']);
  expect(engine.networks.size).toBe(0);
  expect((await shown(removeAbandoned(engine.deps))).events).toEqual([]);
});

test('from mode to mode with the same machines: what the last one needed is undone first; what is held stays until more is asked for', async () => {
  const engine = fakeEngine();
  const { result: lab } = await shown(openLab(engine.deps, 'bootdev/lb:1', readChoice({})));
  const bench = newBench(lab);
  const signal = engine.stop.signal;
  for await (const { complete } of measure(engine.deps, bench, readChoice({ mode: 'nat', connections: 4 }), {
    signal,
  })) {
    if (complete) expect(engine.asked).not.toContain('released');
  }
  expect(engine.asked).toContain('released');
  let last: Lesson | undefined;
  for await (const { lesson: now } of measure(engine.deps, bench, readChoice({ mode: 'dr', connections: 4 }), {
    signal,
  }))
    last = now;
  expect(last?.sides[0]?.service).toBe('172.19.0.2:8002'); // a port of its own
  expect(last?.commands.slice(0, 3).map(({ on, command }) => `${on} ${command}`)).toEqual([
    'web-1 ip route replace default via 172.19.0.1',
    'web-2 ip route replace default via 172.19.0.1',
    'web-1 grep -x 1 /proc/sys/net/ipv4/conf/all/arp_ignore',
  ]);
  await lab.close();
  isEmpty(engine);
});
