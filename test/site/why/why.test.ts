/** `bootdev why` on a fake engine: what is sent, what is read, what is left behind. */
import { describe, expect, it } from 'vitest';
import type { Visit } from '../../../src/io/network.ts';
import { why } from '../../../src/site/why/why.ts';
import { light, newReplica, only, play } from '../../replica/replica.ts';
import { balancerLine, id, nginxLine } from './observed.ts';

/** A replica whose web-2 answers, and logs. */
async function running(settings = light) {
  const replica = await newReplica(settings);
  await replica.up();
  const { engine } = replica;
  const asked: Visit[] = [];
  engine.visits = (visit) => {
    asked.push(visit);
    const { address, log } = engine.machine('web-2');
    const secret = visit.headers['bootdev-why'];
    engine.machine('lb').log.push(balancerLine({ address }));
    if (secret && engine.told.get('web-2')?.has(secret)) log.push(`nginx | ${JSON.stringify(nginxLine())}`);
    return { status: 200, headers: { 'x-request-id': [id] }, milliseconds: 5, bytes: 9 };
  };
  const run = async (options: Partial<Parameters<typeof why>[1]> = {}) =>
    play(why(await replica.open(), { url: '/news', ...options }));
  return { ...replica, asked, run };
}

it('finds the request by the id of its answer, in the logs of the balancer and of the machine', async () => {
  const { run } = await running();
  const { events, result, error } = await run();
  expect([result, error]).toEqual([true, undefined]);
  const [event] = only(events, 'why');
  expect(event?.why.layers.map(({ layer, verdict }) => `${layer} ${verdict}`)).toEqual([
    'lb web-2',
    'nginx hit',
    'php not asked',
  ]);
  expect(event?.why.id).toBe(id);
});

it('asks as a visitor does, and leaves no secret on the machines', async () => {
  const { run, asked, engine } = await running();
  await run({
    cookies: ['a=1', 'b=x=y'],
    headers: ['Accept-Encoding: gzip'],
    url: 'https://www.shop.localhost/a?b=%20#c',
  });
  expect(asked).toEqual([
    expect.objectContaining({
      secure: true,
      name: 'www.shop.localhost',
      servername: 'www.shop.localhost',
      path: '/a?b=%20',
    }),
  ]);
  expect(asked[0]?.headers).toMatchObject({
    cookie: 'a=1; b=x=y',
    'accept-encoding': 'gzip',
    'bootdev-why': expect.stringMatching(/^[0-9a-f]{32}$/),
  });
  expect([...engine.told.values()].map(({ size }) => size)).toEqual([0, 0]);
});

it('tells the machines, and nobody else, that PHP is to answer', async () => {
  const { run, engine, asked } = await running();
  const said: string[] = [];
  const before = engine.visits;
  engine.visits = (visit) => {
    said.push(...[...engine.told.values()].flatMap((each) => [...each.values()]));
    return before(visit);
  };
  await run({ fresh: true });
  expect(said).toEqual(['fresh', 'fresh']);
  expect(Object.keys(asked[0]?.headers ?? {})).toEqual(['accept', 'accept-encoding', 'user-agent', 'bootdev-why']);
});

it('says so where a machine does not tell what it did, and fails', async () => {
  const { run, engine } = await running();
  engine.visits = () => {
    engine.machine('lb').log.push(balancerLine({ address: engine.machine('web-1').address }));
    return { status: 200, headers: { 'x-request-id': [id] }, milliseconds: 5, bytes: 9 };
  };
  const { events, result } = await run();
  expect(result).toBe(false);
  expect(only(events, 'why')[0]?.why.layers.at(-1)?.text).toBe('the log of web-1 has no line of this request');
});

it('tells of a site without web machines', async () => {
  const { run, engine } = await running();
  for (const name of ['web-1', 'web-2']) engine.kill(name);
  engine.visits = () => {
    engine
      .machine('lb')
      .log.push(balancerLine({ way: 'https~ anyway/<NOSRV>', end: 'SC--', status: '503', address: '-' }));
    return { status: 503, headers: { 'x-request-id': [id] }, milliseconds: 5, bytes: 9 };
  };
  const { events, result } = await run();
  expect(result).toBe(true);
  expect(only(events, 'why')[0]?.why.layers).toEqual([
    expect.objectContaining({ reason: 'no-machine', notes: [{ name: 'web', text: 'web-1 exited · web-2 exited' }] }),
  ]);
});

describe('refuses', () => {
  it('what is no request of a visitor of this site, before anything is asked', async () => {
    const { run, asked } = await running();
    const wrong = [
      [
        { url: 'https://elsewhere.example/' },
        '"https://elsewhere.example/" is not an address of this site (shop.localhost).',
        'such as https://shop.localhost/about, or /about',
      ],
      [{ url: '/café' }, '"/café" has letters that an address cannot have.', '/caf%C3%A9'],
      [{ cookies: ['a'] }, '--cookie "a" is not NAME=VALUE.', '--cookie age_ok=1; one --cookie for each'],
      [{ cookies: ['a=1; b=2'] }, '--cookie "a=1; b=2" is not NAME=VALUE.', '--cookie age_ok=1; one --cookie for each'],
      [
        { cookies: ['a=1\r\nx: y'] },
        '--cookie "a=1\\r\\nx: y" is not NAME=VALUE.',
        '--cookie age_ok=1; one --cookie for each',
      ],
      [{ headers: ['a'] }, '--header "a" is not NAME: VALUE.', "--header 'Accept-Encoding: gzip'"],
      [{ headers: ['Cookie: a=1'] }, '--header Cookie is not for you to set.', '--cookie NAME=VALUE'],
      [{ headers: ['Bootdev-Why: x'] }, '--header Bootdev-Why is not for you to set.', 'leave it out'],
    ] as const;
    for (const [options, message, hint] of wrong)
      expect((await run(options)).error).toMatchObject({ message, hint, code: 2 });
    expect(asked).toEqual([]);
  });

  it('a replica that does not run, one of an older bootdev, and one that does not answer', async () => {
    const { run, engine } = await running();
    engine.visits = () => 'socket hang up';
    expect((await run()).error).toMatchObject({
      message: 'https://shop.localhost:8443/news does not answer: socket hang up.',
    });
    engine.toolsAreOld = true;
    expect((await run()).error).toMatchObject({
      message: 'web-1 has the files of an older bootdev.',
      hint: 'bootdev up',
    });
    engine.kill('lb');
    expect((await run()).error).toMatchObject({ message: 'The balancer is not running.', hint: 'bootdev up' });
  });
});
