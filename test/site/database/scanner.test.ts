import { describe, expect, test } from 'vitest';
import { Rules } from '../../../src/site/database/dump/rules.ts';
import { Scanner } from '../../../src/site/database/dump/scanner.ts';

/** What a server gets of a dump that arrives in pieces of `size` bytes. */
function read(dump: string | Buffer, { size = 1 << 20, engine = 'mysql' as 'mysql' | 'mariadb' } = {}) {
  const bytes = Buffer.from(dump);
  const rules = new Rules(engine);
  const scanner = new Scanner(rules);
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) out.push(...scanner.push(bytes.subarray(at, at + size)));
  out.push(...scanner.end());
  return { text: Buffer.concat(out).toString('latin1'), found: rules.found };
}
const text = (dump: string, engine: 'mysql' | 'mariadb' = 'mysql') => read(dump, { engine }).text.trim();

const tricky = `-- MySQL dump 10.13  Distrib 8.0.36
/*!40101 SET NAMES utf8mb4 */;
CREATE TABLE \`a;b\` (x INT COMMENT 'it''s; \\' -- no comment', y INT /* ; */); # comment ; here
INSERT INTO \`a;b\` VALUES (1,'--; /* '),(2,'\\\\'),(3,"a\\";b"),(4,'\n-- Dump completed\n');
DELIMITER ;;
/*!50003 CREATE*/ /*!50017 DEFINER=\`root\`@\`localhost\`*/ /*!50003 TRIGGER t BEFORE INSERT ON \`a;b\` FOR EACH ROW BEGIN SET NEW.x = 1; END */;;
DELIMITER ;
-- Dump completed on 2026-01-01
`;

describe('a dump as statements', () => {
  test('is the same in pieces of any size', () => {
    const whole = read(tricky);
    expect(whole.found.ends).toBe(true);
    expect([...whole.found.tables, ...whole.found.triggers]).toEqual(['a;b', 't']);
    for (let size = 1; size < 40; size++) expect(read(tricky, { size }).text).toBe(whole.text);
  });

  test('keeps the number of every line', () => {
    const { text } = read(tricky);
    expect(text.split('\n').length).toBe(tricky.split('\n').length);
    const line = (all: string, what: string) => all.split('\n').findIndex((each) => each.includes(what));
    for (const what of ['INSERT INTO', 'TRIGGER t', 'CREATE TABLE']) expect(line(text, what)).toBe(line(tricky, what));
  });

  test('leaves every byte of rows as it is', () => {
    const raw = Buffer.from(
      Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => byte !== 39 && byte !== 92),
    );
    const dump = Buffer.concat([Buffer.from("INSERT INTO t VALUES (1,_binary '"), raw, Buffer.from("');\n")]);
    for (const size of [1, 7, 1000]) expect(read(dump, { size }).text).toBe(dump.toString('latin1'));
  });

  test('cuts what a server would not take at once, between rows', () => {
    const row = (id: number) => `(${id},'${'x),('.repeat(25_000)}')`;
    const rows = Array.from({ length: 200 }, (_, id) => row(id));
    const { text } = read(`INSERT INTO \`t\` (\`id\`, \`words\`) VALUES ${rows.join(',')};\n`, { size: 300_000 });
    const parts = text.trim().split(/; (?=INSERT)/);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) {
      expect(part.startsWith('INSERT INTO `t` (`id`, `words`) VALUES')).toBe(true);
      expect(part.length).toBeLessThan(6 * 2 ** 20);
    }
    const back = parts.map((part) => part.replace(/^INSERT.*? VALUES ?/, '').replace(/;$/, '')).join(',');
    expect(back).toBe(rows.join(','));
  });

  test('does not cut what something follows', () => {
    const rows = Array.from({ length: 100 }, (_, id) => `(${id},'${'y'.repeat(100_000)}')`).join(',');
    expect(() => read(`INSERT INTO t VALUES ${rows} ON DUPLICATE KEY UPDATE x = 1;`)).toThrow('cannot be cut');
  });

  test.each([
    ["INSERT INTO t VALUES (1,'half", 'statement that begins at line 1'],
    ['CREATE TABLE t (x INT);\n\nINSERT INTO t VALUES (1)', 'statement that begins at line 3'],
    ['CREATE TABLE t (x INT);\n/* never', 'comment of line 2'],
  ])('says that %j is not whole', (dump, words) => {
    expect(() => read(dump)).toThrow(words);
  });
});

describe('what is changed', () => {
  test.each<[string, string]>([
    ['/*M!999999\\- enable the sandbox mode */ \nSELECT 1;', 'SELECT 1;'],
    ['CREATE DATABASE /*!32312 IF NOT EXISTS*/ `shop`;\nUSE `shop`;\nSELECT 1;', 'SELECT 1;'],
    ["SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ 'a:1-5';\nSET @@SESSION.SQL_LOG_BIN= 0;SELECT 1;", 'SELECT 1;'],
    ['SET GLOBAL general_log_file = "/tmp/x";SELECT 1;', 'SELECT 1;'],
    ["/*!50003 SET sql_mode = 'NO_AUTO_CREATE_USER,ANSI' */;", "/*!50003 SET sql_mode = 'ANSI' */;"],
    ['CREATE TABLESPACE x ADD DATAFILE "y";SELECT 1;', 'SELECT 1;'],
    ['FLUSH PRIVILEGES;SELECT 1;', 'SELECT 1;'],
    ["CHANGE MASTER TO MASTER_LOG_FILE='x';SELECT 1;", 'SELECT 1;'],
    [
      '/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50013 DEFINER=`a`@`b` SQL SECURITY DEFINER */\n/*!50001 VIEW `v` AS SELECT 1 */;',
      '/*!50001 CREATE ALGORITHM=UNDEFINED */\n/*!50013  SQL SECURITY DEFINER */\n/*!50001 VIEW `v` AS SELECT 1 */;',
    ],
    ["CREATE DEFINER='a'@'%' PROCEDURE p() SELECT 'DEFINER=x@y';", "CREATE  PROCEDURE p() SELECT 'DEFINER=x@y';"],
    [
      "CREATE TABLE t (a TEXT COLLATE utf8mb4_uca1400_ai_ci COMMENT 'ENGINE=Aria') ENGINE=Aria PAGE_CHECKSUM=1;",
      "CREATE TABLE t (a TEXT COLLATE utf8mb4_0900_ai_ci COMMENT 'ENGINE=Aria') ENGINE=InnoDB;",
    ],
    ["CREATE TABLE t (a INT) DATA DIRECTORY='/etc' ENGINE=InnoDB;", 'CREATE TABLE t (a INT)  ENGINE=InnoDB;'],
  ])('%j', (dump, becomes) => {
    expect(text(dump)).toBe(becomes);
  });

  test("MariaDB gets MariaDB's own as it is", () => {
    const dump = 'CREATE TABLE t (a TEXT COLLATE utf8mb4_uca1400_ai_ci) ENGINE=Aria PAGE_CHECKSUM=1;';
    expect(text(dump, 'mariadb')).toBe(dump);
  });
});

describe('what is refused, with its line', () => {
  test.each<[string, string]>([
    ['USE a;\nSELECT 1;\n\nUSE b;', 'Line 4 of the dump is not taken: it has more than one database: a (line 1) and b'],
    ["SELECT 1;\nGRANT ALL ON *.* TO 'x'@'%';", 'Line 2 of the dump is not taken: it changes accounts'],
    ["CREATE USER x IDENTIFIED BY 'y';", 'Line 1'],
    ["SET PASSWORD = 'x';", 'it changes accounts'],
    ["LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t;", 'it reads a file'],
    ['source /etc/passwd;', 'a command for a client'],
    ['\\! touch /tmp/x\n;', 'a command for a client'],
    ['SET NAMES gbk;', 'its text is gbk'],
    ["/*!40101 SET SQL_MODE='NO_BACKSLASH_ESCAPES' */;", 'NO_BACKSLASH_ESCAPES'],
    ['INSTALL PLUGIN x SONAME "y";', 'it is about the server'],
    ['-- PostgreSQL database dump\nSELECT 1;', 'PostgreSQL'],
  ])('%j', (dump, words) => {
    expect(() => read(dump)).toThrow(words);
  });
});

test('tables, views and triggers that there are at the end are counted', () => {
  const { found } =
    read(`CREATE TABLE a (x INT); DROP TABLE IF EXISTS a; CREATE TABLE \`b\` (x INT); CREATE TEMPORARY TABLE c (x INT);
    /*!50001 CREATE VIEW \`v\` AS SELECT 1 AS \`a\`*/; /*!50001 DROP VIEW IF EXISTS \`v\`*/; CREATE TABLE d.e (x INT);
    /*!50001 CREATE ALGORITHM=UNDEFINED */ /*!50013 DEFINER=\`a\`@\`b\` SQL SECURITY DEFINER */ /*!50001 VIEW \`v\` AS SELECT 1 */;`);
  expect([...found.tables]).toEqual(['b', 'e']);
  expect([...found.views]).toEqual(['v']);
});

test('an export keeps its comments, but not the line that older clients stop at', () => {
  const scanner = new Scanner(new Rules('mariadb'), { keepComments: true });
  const dump = '/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump 10.19\nSELECT 1;\n-- Dump completed\n';
  const text = Buffer.concat([...scanner.push(Buffer.from(dump)), ...scanner.end()]).toString();
  expect(text.trim()).toBe('-- MariaDB dump 10.19\nSELECT 1;\n-- Dump completed');
});
