/** The dump of a large WordPress site, as mysqldump writes it, of about as many bytes as asked for. The same bytes each time. */

const words =
  'the site press page über words große image lorem ipsum dolor sit amet consetetur sadipscing elitr sed diam nonumy eirmod tempor invidunt ut labore';
const list = words.split(' ');

/** A small generator: the rows are the same on every computer. */
function numbers(seed: number) {
  let state = seed;
  return (most: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % most;
  };
}

const head = `-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
--
-- Host: localhost    Database: wordpress
-- ------------------------------------------------------
-- Server version\t8.0.36

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!50503 SET NAMES utf8mb4 */;
/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;
/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;

`;
const end = `
/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;
/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;
-- Dump completed on 2026-01-01  0:00:00
`;

const options = (address: string) => `
DROP TABLE IF EXISTS \`wp_options\`;
CREATE TABLE \`wp_options\` (
  \`option_id\` bigint unsigned NOT NULL AUTO_INCREMENT,
  \`option_name\` varchar(191) NOT NULL DEFAULT '',
  \`option_value\` longtext NOT NULL,
  \`autoload\` varchar(20) NOT NULL DEFAULT 'yes',
  PRIMARY KEY (\`option_id\`),
  UNIQUE KEY \`option_name\` (\`option_name\`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
LOCK TABLES \`wp_options\` WRITE;
INSERT INTO \`wp_options\` VALUES (1,'siteurl','${address}','yes'),(2,'home','${address}','yes'),(3,'widget_text','a:1:{i:2;a:1:{s:4:\\"text\\";s:${address.length + 5}:\\"see: ${address}\\";}}','yes');
UNLOCK TABLES;
`;

const posts = `
DROP TABLE IF EXISTS \`wp_posts\`;
CREATE TABLE \`wp_posts\` (
  \`ID\` bigint unsigned NOT NULL AUTO_INCREMENT,
  \`post_author\` bigint unsigned NOT NULL DEFAULT '0',
  \`post_date\` datetime NOT NULL,
  \`post_content\` longtext NOT NULL,
  \`post_title\` text NOT NULL,
  \`post_status\` varchar(20) NOT NULL DEFAULT 'publish',
  \`post_name\` varchar(200) NOT NULL DEFAULT '',
  \`guid\` varchar(255) NOT NULL DEFAULT '',
  \`post_type\` varchar(20) NOT NULL DEFAULT 'post',
  PRIMARY KEY (\`ID\`),
  KEY \`post_name\` (\`post_name\`(191)),
  KEY \`type_status_date\` (\`post_type\`,\`post_status\`,\`post_date\`,\`ID\`),
  KEY \`post_author\` (\`post_author\`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
`;
const meta = `
DROP TABLE IF EXISTS \`wp_postmeta\`;
CREATE TABLE \`wp_postmeta\` (
  \`meta_id\` bigint unsigned NOT NULL AUTO_INCREMENT,
  \`post_id\` bigint unsigned NOT NULL DEFAULT '0',
  \`meta_key\` varchar(255) DEFAULT NULL,
  \`meta_value\` longtext,
  PRIMARY KEY (\`meta_id\`),
  KEY \`post_id\` (\`post_id\`),
  KEY \`meta_key\` (\`meta_key\`(191))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
`;

export function* wordpressDump(bytes: number, address = 'https://old.example'): Generator<Buffer> {
  const next = numbers(7);
  const text = (many: number) => Array.from({ length: many }, () => list[next(list.length)]).join(' ');
  const table = function* (name: string, row: (id: number) => string, until: number) {
    yield Buffer.from(`LOCK TABLES \`${name}\` WRITE;\n/*!40000 ALTER TABLE \`${name}\` DISABLE KEYS */;\n`);
    let id = 1;
    for (let written = 0; written < until; ) {
      const rows: string[] = [];
      for (let size = 0; size < 900_000 && written + size < until; id++) {
        const made = row(id);
        size += made.length;
        rows.push(made);
      }
      const line = Buffer.from(`INSERT INTO \`${name}\` VALUES ${rows.join(',')};\n`);
      written += line.length;
      yield line;
    }
    yield Buffer.from(`/*!40000 ALTER TABLE \`${name}\` ENABLE KEYS */;\nUNLOCK TABLES;\n`);
  };
  yield Buffer.from(head + options(address) + posts);
  yield* table(
    'wp_posts',
    (id) =>
      `(${id},${1 + next(20)},'2025-0${1 + next(9)}-1${next(10)} 0${next(10)}:00:00','<p>${text(40 + next(300))} it\\'s</p>\\n<img src=\\"${address}/wp-content/uploads/${id}.jpg\\" />','${text(5)}','publish','post-${id}','${address}/?p=${id}','post')`,
    bytes * 0.7,
  );
  yield Buffer.from(meta);
  yield* table(
    'wp_postmeta',
    (id) =>
      `(${id},${1 + next(100_000)},'_key_${next(40)}','${next(4) ? text(3) : `a:1:{s:3:\\"url\\";s:${address.length + 5}:\\"${address}/a.jp\\";}`}')`,
    bytes * 0.3,
  );
  yield Buffer.from(end);
}
