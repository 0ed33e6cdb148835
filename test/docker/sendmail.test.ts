/**
 * The site's mail (docker/roles/sendmail) in a replica: whose name it carries, that a mail server which refuses for a while loses none, and what
 * `bootdev mail` says of it.
 */
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
      'To: "A, B" <a@example.test>, team: b@example.test, c@example.test;\nCc: d@example.test (D, the last)\nBcc: e@example.test,\n f@example.test',
    );
    expect([to, cc, bcc]).toEqual([
      ['a@example.test', 'b@example.test', 'c@example.test'],
      ['d@example.test'],
      ['e@example.test', 'f@example.test'],
    ]);
    expect(header('Bcc')).toEqual([]);
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

const killSender = 'grep -lx nullmailer-send /proc/[0-9]*/comm | cut -d/ -f3 | xargs -r kill -9';
const waiting = async () =>
  (JSON.parse((await replica.ensure('mail', '--json')).stdout) as { queue: { waiting: number; failed: number } }).queue;

test('1,000 mails while the server refuses, is away and comes back, and while the sender is killed: each arrives once', async () => {
  const mail = await replica.container('mail');
  await replica.ensure('mail', 'refuse', 'on');
  const script = (first: number) =>
    `for ($n = ${first}; $n < ${first + 500}; $n++) mail("a@example.test", "number $n.", "Hello.") || exit($n);`;
  const sending = ['web-1', 'web-2'].map((name, at) =>
    replica.exec(name, 'site', 'php', '-r', script(1000 + 500 * at)),
  );
  await eventually(60_000, waiting, (queue) => queue.waiting > 100);
  await docker('stop', mail);
  await Promise.all(sending);
  expect((await waiting()).waiting).toBe(1000);
  expect((await replica.status()).machines.find(({ name }) => name === 'admin')?.now).toMatch(
    /mail 1000 waiting for \d+ s/,
  );
  await docker('start', mail);
  // Whichever machine sends: what it had begun ends by itself, and another one goes on.
  for (const below of [950, 800]) {
    await eventually(90_000, waiting, (queue) => queue.waiting < below);
    for (const name of ['admin', 'web-1', 'web-2']) await replica.exec(name, 'sh', '-c', killSender);
  }
  await eventually(240_000, waiting, (queue) => queue.waiting === 0);
  const numbers = (await search('number')).map(({ Subject }) => Number(/^number (\d+)\.$/.exec(Subject)?.[1]));
  expect(numbers.length).toBe(1000);
  expect(new Set(numbers).size).toBe(1000);
});
