/** docker/roles/php-cli: sanitise-dump, in a container of admin's image; what is left is looked for by src/site/sanitise/scan.ts. */
import { resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { sanitiseRules } from '../../src/bundle/sanitise-rules.ts';
import { readFolder } from '../../src/io/folder.ts';
import { readApplication } from '../../src/project/applications.ts';
import { LeakScanner } from '../../src/site/sanitise/scan.ts';
import { imageOf } from '../scenarios/images.ts';

const wordpress = sanitiseRules(readApplication('wordpress', await readFolder('docker')));
const program = resolve('docker/roles/php-cli/root/usr/local/bin/sanitise-dump');
let id: string;
beforeAll(async () => {
  const mount = ['--volume', `${program}:/sanitise-dump:ro`];
  const { stdout } = await execa('docker', [
    'run',
    '--detach',
    '--rm',
    '--network=none',
    ...mount,
    '--entrypoint=sleep',
    (await imageOf('admin')) ?? '',
    'infinity',
  ]);
  id = stdout;
});
afterAll(() => execa('docker', ['rm', '--force', id]));

async function sanitise(dump: string | Buffer, rules: object = wordpress) {
  const command = ['exec', '--interactive', '--user', 'www-data', id, '/sanitise-dump', JSON.stringify(rules)];
  const { stdout, stderr, exitCode } = await execa('docker', command, {
    input: dump,
    reject: false,
    encoding: 'buffer',
    maxBuffer: 1e9,
    stripFinalNewline: false,
  });
  return { text: Buffer.from(stdout).toString('latin1'), stderr: Buffer.from(stderr).toString(), code: exitCode };
}
function leaks(text: string) {
  const scanner = new LeakScanner();
  scanner.push(Buffer.from(text, 'latin1'));
  return scanner.end();
}

const users = `CREATE TABLE \`wp_users\` (
  \`ID\` bigint unsigned NOT NULL AUTO_INCREMENT,
  \`user_login\` varchar(60) NOT NULL DEFAULT '',
  \`user_pass\` varchar(255) NOT NULL DEFAULT '',
  \`user_email\` varchar(12) NOT NULL DEFAULT '',
  \`billing_phone\` varchar(20) DEFAULT NULL,
  PRIMARY KEY (\`ID\`)
) ENGINE=InnoDB;
`;

describe('10,000 planted', () => {
  const lines = [
    users,
    'CREATE TABLE `wp_posts` (\n  `ID` int,\n  `post_content` longtext,\n  `post_type` varchar(20),\n  `data` longblob\n);\n',
  ];
  const hash = (number: number) => `$P$B${String(number).padStart(30, 'aZ9.')}`;
  for (let start = 0; start < 2_500; start += 500) {
    const numbers = Array.from({ length: 500 }, (_, index) => start + index);
    const user = (number: number) =>
      `(${number},'anna.${number}','${hash(number)}','anna.${number}@firm-${number}.de','+49 30 ${number}')`;
    // Serialised text with a line break before the address, and its length beside it; a blob in hex, and one as it is.
    const text = (number: number) =>
      `a:1:{s:4:\\"note\\";s:${17 + String(number).length}:\\"\\nhe''s bob${number}@shop.fr\\";}`;
    const blob = (number: number) =>
      number % 2
        ? `0x${Buffer.from(`key sk_live_abcdef${number}xyz, eve@host${number}.org`).toString('hex')}`
        : `_binary 'eve@host${number}.org \\0\\\\ sk_live_abcdef${number}xyz'`;
    lines.push(`INSERT INTO \`wp_users\` VALUES ${numbers.map(user).join(',')};\n`);
    lines.push(
      `INSERT INTO \`wp_posts\` VALUES\n${numbers.map((number) => `(${number},'${text(number)}','post',${blob(number)})`).join(',\n')};\n`,
    );
  }
  const dump = lines.join('');

  it('were there, and are gone', async () => {
    expect(leaks(dump).reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(10_000);
    const { text, code, stderr } = await sanitise(dump);
    expect([code, stderr]).toEqual([0, '']);
    expect(leaks(text)).toEqual([]);
    for (const person of ['anna', 'bob', 'eve', '+49', 'sk_live'])
      expect([person, text.includes(person)]).toEqual([person, false]);
    expect(text.match(/\(\d+,'user-\d+','!','user-\d+@ex?a?/g)).toHaveLength(2_500);
    expect(text.slice(0, users.length)).toBe(users);
    // As many characters as before, where a length stands beside them.
    for (const [, length, value] of text.matchAll(/s:(\d+):\\"(\\nhe''s [^\\]*)\\"/g))
      expect(value?.replace('\\n', '\n').replace("''", "'").length).toBe(Number(length));
    expect(text.match(/s:\d+:/g)).toHaveLength(5_000);
  });

  it('and one more is found', async () => {
    const { text } = await sanitise(dump);
    expect(leaks(text.replace("'post'", "'carl@left.com'"))).toEqual([
      { table: 'wp_posts', kind: 'mail address', count: 1 },
    ]);
  });
});

it('empties tables, drops rows and keeps what is no person’s', async () => {
  const dump = `CREATE TABLE \`wp_2_usermeta\` (
  \`umeta_id\` bigint,
  \`meta_key\` varchar(255),
  \`meta_value\` longtext
);
INSERT INTO \`wp_2_usermeta\` VALUES (1,'session_tokens','x'),(2,'nickname','é ünïcode; (a), ''b'', \\'c\\''),(3,'billing_city','Berlin');
CREATE TABLE \`wp_actionscheduler_logs\` (
  \`log_id\` int
);
LOCK TABLES \`wp_actionscheduler_logs\` WRITE;
INSERT INTO \`wp_actionscheduler_logs\` VALUES (1),(2);
UNLOCK TABLES;
INSERT INTO \`other\` (\`id\`, \`Email\`, \`note\`) VALUES (1,'a@b.com',NULL),(2,'',-1.5e3);
/*!50001 CREATE ALGORITHM=UNDEFINED */
-- Dump completed
`;
  const { text, code } = await sanitise(Buffer.from(dump));
  expect(code).toBe(0);
  const expected = dump
    .replace(/\(1,'session_tokens','x'\),/, '')
    .replace(/,\(3,'billing_city','Berlin'\)/, '')
    .replace('INSERT INTO `wp_actionscheduler_logs` VALUES (1),(2);\n', '')
    .replace('a@b.com', 'user-4@example.invalid');
  expect(Buffer.from(text, 'latin1').toString()).toBe(expected);
});

test('an INSERT of a trigger has no rows: it stays, without what is about persons', async () => {
  const trigger =
    "DELIMITER ;;\nCREATE TRIGGER t AFTER UPDATE ON a FOR EACH ROW\nINSERT INTO b VALUES (NEW.id, 'eve@host.org');;\nDELIMITER ;\n";
  const rows = "CREATE TABLE `a` (\n  `email` text\n);\nINSERT INTO `a` VALUES ('a@b.com');\n";
  const { text, code, stderr } = await sanitise(trigger + rows);
  expect([code, stderr]).toEqual([0, '']);
  expect(text).toBe(
    (trigger + rows).replace('eve@host.org', 'xxx@xxxx.xxx').replace('a@b.com', 'user-1@example.invalid'),
  );
});

test.each([
  ['that is cut off', "INSERT INTO `a` VALUES (1,'x"],
  [
    'with a row that has more than its columns',
    "CREATE TABLE `wp_users` (\n  `user_email` text\n);\nINSERT INTO `wp_users` VALUES ('a','b');\n",
  ],
])('a dump %s is an error, not a guess', async (_, dump) => {
  expect((await sanitise(dump)).code).toBe(65);
});
