/**
 * The site's mail (docker/roles/sendmail) in a replica: whose name it carries, that a mail server which refuses for a while loses none, and what
 * `bootdev mail` says of it.
 */
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MailQueue } from '../../src/events.ts';
import { isLong } from '../long.ts';
import { docker, eventually, light, newReplica, type Replica } from '../scenarios/replica.ts';

const sender = 'no-reply@post.localhost';
const settings = (more = '') => `site: { name: post }\nmemcached: { count: 1 }\n${light}${more}`;
let replica: Replica;
let api: string;
beforeAll(async () => {
  replica = await newReplica(settings());
  await replica.ensure('up');
  api = `http://127.0.0.1:${await replica.value('BOOTDEV_PORT_MAIL')}/api/v1`;
});
afterAll(() => replica?.remove());

const get = async <T>(path: string) => (await fetch(`${api}/${path}`)).json() as Promise<T>;

interface Found {
  messages: { ID: string; Subject: string }[];
}
const search = async (subject: string) =>
  (await get<Found>(`search?limit=3000&query=${encodeURIComponent(`subject:"${subject}"`)}`)).messages;

/** What came of a message that is given to sendmail on web-1 as the site's user. */
async function send(message: string | Buffer, args = ['-t', '-i']) {
  const web = await replica.container('web-1');
  const given = ['exec', '-i', '-u', 'www-data', web, '/usr/sbin/sendmail', ...args];
  const { exitCode, stderr } = await execa('docker', given, { input: message, reject: false });
  return { code: exitCode, said: stderr };
}

let cases = 0;
/** Header (names and values, unfolded), recipients and envelope of what arrived. */
async function arrives(head: string, args?: string[], body = 'Hello.\n') {
  const subject = `case ${process.pid}x${++cases}x`;
  const end = head.includes('\r\n') ? '\r\n' : '\n';
  const { code, said } = await send(`Subject: ${subject}${end}${head}${head ? end : ''}${end}${body}`, args);
  expect([code, said]).toEqual([0, '']);
  const [mail, ...more] = await search(subject);
  expect(more).toEqual([]);
  const { ReturnPath, Bcc, To, Cc, Text } = await get<{
    ReturnPath: string;
    Text: string;
    To: { Address: string }[] | null;
    Cc: { Address: string }[] | null;
    Bcc: { Address: string }[] | null;
  }>(`message/${mail?.ID}`);
  const raw = await (await fetch(`${api}/message/${mail?.ID}/raw`)).text();
  const lines = (raw.split(/\r\n\r\n/)[0] ?? '').replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const header = (name: string) =>
    lines.flatMap((line) =>
      line.toLowerCase().startsWith(`${name.toLowerCase()}:`) ? [line.slice(name.length + 1).trim()] : [],
    );
  const list = (from: { Address: string }[] | null) => (from ?? []).map(({ Address }) => Address);
  return { header, raw, envelope: ReturnPath, text: Text, to: list(To), cc: list(Cc), bcc: list(Bcc) };
}

describe('the sender', () => {
  const to = 'To: a@example.test';
  test.each<[why: string, head: string, from: string, reply: string[]]>([
    ['none', to, sender, []],
    ['the own one stays as it is', `From: "Post, Inc." <${sender}>\n${to}`, `"Post, Inc." <${sender}>`, []],
    ['the own one in capitals', `From: NO-REPLY@post.localhost\n${to}`, 'NO-REPLY@post.localhost', []],
    [
      'another: it gets the replies',
      `From: Shop <shop@example.org>\n${to}`,
      `Shop <${sender}>`,
      ['Shop <shop@example.org>'],
    ],
    ['an address alone', `From: shop@example.org\n${to}`, sender, ['shop@example.org']],
    [
      'an old form',
      `From: shop@example.org (The Shop)\n${to}`,
      `The Shop <${sender}>`,
      ['The Shop <shop@example.org>'],
    ],
    [
      'who gets the replies is said already',
      `From: a@example.org\nReply-To: b@example.org\n${to}`,
      sender,
      ['b@example.org'],
    ],
    [
      'quoted, with what separates',
      `From: "Shop, \\"best\\" <x>" <s@example.org>\n${to}`,
      `"Shop, \\"best\\" <x>" <${sender}>`,
      ['"Shop, \\"best\\" <x>" <s@example.org>'],
    ],
    [
      'unquoted, with what separates',
      `From: Shop Inc. <s@example.org>\n${to}`,
      `"Shop Inc." <${sender}>`,
      ['"Shop Inc." <s@example.org>'],
    ],
    [
      'encoded',
      `From: =?utf-8?Q?Caf=C3=A9=2C?= <s@example.org>\n${to}`,
      `=?utf-8?Q?Caf=C3=A9=2C?= <${sender}>`,
      ['=?utf-8?Q?Caf=C3=A9=2C?= <s@example.org>'],
    ],
    [
      'folded',
      `From: =?utf-8?Q?Caf=C3=A9?=\n =?utf-8?Q?_am_Eck?=\n\t<s@example.org>\n${to}`,
      `=?utf-8?Q?Caf=C3=A9?= =?utf-8?Q?_am_Eck?= <${sender}>`,
      ['=?utf-8?Q?Caf=C3=A9?= =?utf-8?Q?_am_Eck?= <s@example.org>'],
    ],
    [
      'two',
      `From: A <a@example.org>, b@example.org\nSender: a@example.org\n${to}`,
      `A <${sender}>`,
      ['A <a@example.org>, b@example.org'],
    ],
    ['two fields', `From: a@example.org\nFrom: ${sender}\n${to}`, sender, [`a@example.org, ${sender}`]],
    ['CRLF', `From: Shop <shop@example.org>\r\n${to}`, `Shop <${sender}>`, ['Shop <shop@example.org>']],
    ['no address', `From: the shop\n${to}`, sender, []],
    [
      'a name that never ends',
      `From: "Shop <shop@example.org>\n${to}`,
      `"Shop" <${sender}>`,
      ['"Shop" <shop@example.org>'],
    ],
  ])('%s', async (_, head, from, reply) => {
    const { header, envelope } = await arrives(head);
    expect(header('From')).toEqual([from]);
    expect(header('Reply-To')).toEqual(reply);
    expect(header('Sender')).toEqual([]);
    expect(envelope).toBe(sender);
  });

  test('by options, where the message has none', async () => {
    const { header, envelope } = await arrives('', ['-i', '-F', 'Shop', '-fshop@example.org', 'a@example.test']);
    expect([header('From'), header('Reply-To'), envelope]).toEqual([
      [`Shop <${sender}>`],
      ['Shop <shop@example.org>'],
      sender,
    ]);
  });

  test('a carriage return alone is no end of a line, and plants no field', async () => {
    const { header, bcc } = await arrives(`From: Shop\rBcc: evil@example.org\r <shop@example.org>\nTo: a@example.test`);
    expect([header('Bcc'), bcc, header('From').length]).toEqual([[], [], 1]);
  });
});

describe('what else', () => {
  test('recipients: To, Cc and Bcc, groups and comments; Bcc is not told; date and id are added', async () => {
    const { header, to, cc, bcc } = await arrives(
      'To: "A, B" <a@example.test>, team: b@example.test, c@example.test;\nCc: d@example.test (D, the last)\nBcc: E <e@example.test>,\n f@example.test',
    );
    expect([to, cc, bcc]).toEqual([
      ['a@example.test', 'b@example.test', 'c@example.test'],
      ['d@example.test'],
      ['e@example.test', 'f@example.test'],
    ]);
    expect(header('Bcc')).toEqual(['e@example.test, f@example.test']); // Mailpit's own, of the envelope: ours had a name in it
    expect(header('Date')).toEqual([expect.stringMatching(/^\w{3}, \d\d \w{3} \d{4} [\d:]{8} \+0000$/)]);
    expect(header('Message-ID')).toEqual([expect.stringMatching(/^<[\w.]+@post\.localhost>$/)]);
  });

  test('the text is as it was: lines with a dot, long ones, both kinds of line ends', async () => {
    const lines = ['.', '..two', 'x'.repeat(900), 'ü', ''];
    for (const end of ['\n', '\r\n']) {
      const { raw } = await arrives(
        'To: a@example.test\nContent-Type: text/plain; charset=utf-8',
        undefined,
        lines.join(end),
      );
      expect(raw.split('\r\n\r\n').slice(1).join('\r\n\r\n')).toBe(lines.join('\r\n'));
    }
  });

  test.each<[why: string, message: string | Buffer, args: string[], code: number, words: RegExp]>([
    ['nobody', 'Subject: x\n\nx\n', ['-t'], 65, /no recipient/],
    ['no address', 'To: root\n\nx\n', ['-t'], 65, /"root" is not a mail address/],
    ['an option in its place', 'Subject: x\n\nx\n', ['--', '-oX/tmp/x@example.test'], 0, /^$/],
    ['letters that SES does not take', 'To: ü@example.test\n\nx\n', ['-t'], 65, /is not a mail address/],
    ['a mode that it does not have', '', ['-bs'], 64, /-bs is not something/],
    [
      'too large',
      Buffer.alloc(40_000_100, 'To: a@example.test\n\n', 'latin1'),
      ['-t'],
      65,
      /header is longer|larger than 40 MB/,
    ],
    [
      'too large a body',
      Buffer.concat([Buffer.from('To: a@example.test\n\n'), Buffer.alloc(40_000_001, 'x\n')]),
      ['-t'],
      65,
      /larger than 40 MB/,
    ],
  ])('%s', async (_, message, args, expected, words) => {
    const { code, said } = await send(message, args);
    expect(code).toBe(expected);
    expect(said).toMatch(words);
  });

  test('more than 50 recipients are several mails, by the queue', async () => {
    const to = Array.from({ length: 120 }, (_, at) => `r${at}@example.test`);
    expect(await send(`Subject: for many\nBcc: ${to.join(',\n ')}\n\nx\n`)).toEqual({ code: 0, said: '' });
    const mails = await eventually(
      20_000,
      () => search('for many'),
      (found) => found.length === 3,
    );
    const all = await Promise.all(mails.map(({ ID }) => get<{ Bcc: { Address: string }[] }>(`message/${ID}`)));
    expect(all.flatMap(({ Bcc }) => Bcc.map(({ Address }) => Address)).sort()).toEqual(to.sort());
  });
});

const now = async () => (await replica.status()).machines.find(({ name }) => name === 'admin')?.now;
const killSender = 'grep -lx nullmailer-send /proc/[0-9]*/comm | cut -d/ -f3 | xargs -r kill -9';
const waiting = async () => (JSON.parse((await replica.ensure('mail', '--json')).stdout) as { queue: MailQueue }).queue;

/** The issue's 1,000, which take minutes; fewer show the same. */
const number = isLong ? 1000 : 200;

test(`${number} mails while the server refuses, is away and comes back, and while the sender is killed: each arrives once`, async () => {
  const mail = await replica.container('mail');
  await replica.ensure('mail', 'refuse', 'on');
  const script = (first: number) =>
    `for ($n = ${first}; $n < ${first + number / 2}; $n++) mail("a@example.test", "number $n.", "Hello.") || exit(1);`;
  const sending = ['web-1', 'web-2'].map((name, at) =>
    replica.exec(name, 'site', 'php', '-r', script(1000 + (number / 2) * at)),
  );
  await eventually(60_000, waiting, (queue) => queue.waiting > number / 10);
  await docker('stop', mail);
  await Promise.all(sending);
  expect((await waiting()).waiting).toBe(number);
  expect(await now()).toMatch(new RegExp(`mail ${number} waiting for \\d+ s`));
  await docker('start', mail);
  // Whichever machine sends: what it had begun ends by itself, and another one goes on.
  for (const left of [0.95, 0.8]) {
    await eventually(90_000, waiting, (queue) => queue.waiting < number * left);
    for (const name of ['admin', 'web-1', 'web-2']) await replica.exec(name, 'sh', '-c', killSender);
  }
  await eventually(400_000, waiting, (queue) => queue.waiting === 0);
  const numbers = (await search('number')).map(({ Subject }) => Number(/^number (\d+)\.$/.exec(Subject)?.[1]));
  expect(numbers.length).toBe(number);
  expect(new Set(numbers).size).toBe(number);
});

test('a refusal for good: told to the site at once; of one that waited, kept and said, without a mail about it; tried again when asked', async () => {
  await replica.ensure('mail', 'refuse', 'on');
  expect(await send('To: a@example.test\nSubject: late\n\nx\n')).toEqual({ code: 0, said: '' });
  await replica.ensure('mail', 'refuse', '550');
  // What the site may put there: nothing waits for ever at a pipe, and no link is followed.
  const plant = 'cd /srv/files/private/.mail/queue && mkfifo 1.pipe && ln -s /etc/passwd 2.link';
  await replica.exec('web-1', 'site', 'sh', '-c', plant);
  await replica.ensure('mail', 'retry');
  expect(await eventually(30_000, waiting, ({ failed }) => failed === 1)).toMatchObject({
    waiting: 0,
    failure: { words: expect.stringMatching(/^550 /) },
  });
  expect(await now()).toMatch(/mail 1 failed/);
  const refused = await send('To: a@example.test\n\nx\n');
  expect([refused.code, refused.said]).toEqual([69, expect.stringMatching(/the mail server refuses it: 550 /)]);
  expect(
    JSON.parse((await replica.bootdev('mail', 'test', '--json')).stdout.split('\n').at(-1) ?? '').tests[0],
  ).toMatchObject({
    arrived: false,
    problem: expect.stringContaining('refuses it: 550'),
  });
  await replica.ensure('mail', 'refuse', 'off');
  await replica.ensure('mail', 'retry');
  await eventually(
    30_000,
    () => search('late'),
    (found) => found.length === 1,
  );
  expect(await waiting()).toMatchObject({ waiting: 0, failed: 0 });
  expect((await search('Returned')).concat(await search('Undelivered'))).toEqual([]);
});

test('mail test: from each machine of the site, at once, with its headers', async () => {
  const { stdout } = await replica.ensure('mail', 'test', 'me@example.test', '--from', 'shop@example.org');
  const sent = stdout.split(/\n\n/).map((each) => each.split('\n')[0]?.replace(/there after .*/, ''));
  expect(sent).toEqual(['admin', 'web-1', 'web-2'].map((name) => `✓ ${name}  sent at once, `));
  expect(stdout).toMatch(/^ {2}Envelope +from no-reply@post\.localhost$/m);
  expect(stdout).toMatch(/^ {2}Reply-To +shop@example\.org$/m);
});

test('mail.otherSenders: refuse', async () => {
  await replica.settings(settings('mail: { otherSenders: refuse }\n'));
  await replica.ensure('up');
  const other = await send('From: Shop <shop@example.org>\nTo: a@example.test\n\nx\n');
  expect(other.code).toBe(77);
  expect(other.said).toContain(
    'its sender is shop@example.org, and the mail server sends for no-reply@post.localhost only',
  );
  const own = `From: Shop <${sender}>\nTo: a@example.test\n\nx\n`;
  expect(await send(own)).toEqual({ code: 0, said: '' });
});
