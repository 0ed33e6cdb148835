/** `bootdev mail` against machines that say what they are told to (docker/roles/sendmail: queue.sh; Mailpit's API). */
import { describe, expect, it } from 'vitest';
import type { Context } from '../../../src/project/context.ts';
import { plainLines } from '../../../src/screen/plain.ts';
import { refuse, retryQueue, showQueue } from '../../../src/site/mail/queue.ts';
import { testMail } from '../../../src/site/mail/test.ts';
import { play } from '../../replica/replica.ts';

const empty = { waiting: 0, bytes: 0, failed: 0 };
const arrived = {
  search: { messages: [{ ID: 'abc' }] },
  'message/abc': { ReturnPath: 'f@x.test' },
  'message/abc/headers': { From: ['f@x.test'], Received: ['from localhost', 'by web-1 (queue); Mon'] },
};

/** `queue`: what queue.sh says; `mailbox`: what Mailpit does, by path; `sends`: how PHP ends. */
function machines({
  queue = empty as object | string,
  mailbox = {} as Record<string, object>,
  sends = { code: 0, stderr: '' },
} = {}) {
  const asked: string[] = [];
  const container = (service: string) => ({ id: service, service, number: 1, state: 'running' });
  const exec = async (id: string, command: string[]) => {
    asked.push(`${id} ${command.slice(0, 2).join(' ')}`);
    if (command.includes('-r')) return { stdout: '', ...sends };
    if (command[0] !== 'curl')
      return { code: 0, stdout: typeof queue === 'string' ? queue : JSON.stringify(queue), stderr: '' };
    const path =
      command
        .at(-1)
        ?.replace(/^.*\/api\/v1\//, '')
        .replace(/\?.*/, '') ?? '';
    asked.push(command.slice(4).join(' '));
    return { code: 0, stdout: JSON.stringify(mailbox[path] ?? { messages: [] }), stderr: '' };
  };
  let time = 0;
  const pause = async (ms: number) => {
    time += ms;
  };
  const clock = { now: () => time, pause };
  const docker = { containers: async () => ['web', 'admin', 'mail'].map(container), exec };
  const context = { project: 'shop', io: { docker, clock }, state: { ports: { mail: 8025 } } } as unknown as Context;
  return { context, asked };
}

const lines = (events: Awaited<ReturnType<typeof play>>['events']) =>
  events.flatMap((event) =>
    plainLines(event, { begun: false, tables: 0 }).map(({ line }) => line.map(({ text }) => text).join('')),
  );

describe('the queue', () => {
  it('says what waits, why, and what to type', async () => {
    const queue = {
      waiting: 2,
      bytes: 9,
      oldest: 200,
      failed: 1,
      refusal: { ago: 5, words: '451 later' },
      failure: { ago: 60, words: '550 no' },
    };
    const { events } = await play(showQueue(machines({ queue }).context));
    expect(lines(events)).toEqual([
      '2 mails wait for up to 3 min 20 s',
      '  the mail server, 5.0 s ago: 451 later',
      '1 mail failed for good  /srv/files/private/.mail/failed on admin',
      '  the mail server, 1 min 00 s ago: 550 no',
      'next  bootdev mail retry',
    ]);
  });

  it('is empty', async () => {
    expect(lines((await play(showQueue(machines().context))).events)).toEqual(['No mail waits.']);
    expect(lines((await play(retryQueue(machines().context))).events)).toEqual(['No mail waits.']);
  });

  it('takes numbers and words only: the site may write it', async () => {
    expect((await play(showQueue(machines({ queue: '{"waiting":"<script>"}' }).context))).error).toBeDefined();
  });
});

describe('refuse', () => {
  it.each([
    ['on', '{"Recipient":{"ErrorCode":451,"Probability":100}}'],
    ['550', '{"Recipient":{"ErrorCode":550,"Probability":100}}'],
    ['off', '{"Recipient":{"ErrorCode":451,"Probability":0}}'],
  ])('%s', async (how, said) => {
    const { context, asked } = machines();
    expect((await play(refuse(context, how))).error).toBeUndefined();
    expect(asked.at(-1)).toContain(`-X PUT -d ${said}`);
  });

  it('takes no other word', async () => {
    expect((await play(refuse(machines().context, '200'))).error?.message).toContain('"200" is not how');
  });
});

describe('test', () => {
  it('says by which way it came', async () => {
    const { events, result } = await play(testMail(machines({ mailbox: arrived }).context, {}));
    expect(result).toBe(true);
    expect(lines(events).filter((line) => line.includes('arrived'))).toEqual([
      '✓ admin  arrived from the queue, there after 0.0 s',
      '✓ web-1  arrived from the queue, there after 0.0 s',
    ]);
  });

  it('says why it did not', async () => {
    const refused = machines({ sends: { code: 1, stderr: 'sendmail: the mail is not sent: no\n' } });
    expect(lines((await play(testMail(refused.context, {}))).events)).toContain('✗ web-1  the mail is not sent: no');
    const waits = machines({ queue: { ...empty, waiting: 1, refusal: { ago: 1, words: '451 later' } } });
    const { events, result } = await play(testMail(waits.context, {}));
    expect(result).toBe(false);
    expect(lines(events)).toContain('✗ web-1  it waits in the queue: 451 later');
  });

  it.each(['me', 'a@b@c', '-x@y', 'a b@c'])('takes no "%s"', async (to) => {
    expect((await play(testMail(machines().context, { to }))).error?.message).toContain('is not a mail address');
  });
});
