/** A site's own lines of my.cnf: from an allow list. Pure. */
import type { Settings } from '../../settings/schema.ts';
import { mysqlKeys } from './mysql-keys.ts';
import type { Files, OwnConfig, Problem, Surroundings } from './own-config.ts';

/** Why not, and what instead; the first that fits. */
const refused: readonly [RegExp, string][] = [
  [
    /^(?:datadir|basedir|tmpdir|socket|pid_file|.*_file|.*_dir|.*_path|.*_directory|innodb_data_.*|innodb_temp_.*|innodb_undo_.*|log_bin.*|relay_.*|general_log.*|log_error|log_output|secure_.*)$/,
    'its files are where bootdev and RDS have them',
  ],
  [/^(?:plugin.*|early_plugin.*|.*_plugin|default_auth.*|authentication_.*)$/, 'a plugin is code inside the server'],
  [
    /^(?:ssl.*|tls.*|admin_ssl.*|admin_tls.*|require_secure_transport|caching_sha2.*|sha256_.*)$/,
    'the server has the keys that bootdev, or Amazon, made for it',
  ],
  [
    /^(?:user|port|bind_address|skip_.*|mysqlx.*|admin_.*|report_.*|chroot)$/,
    'who reaches the server, and as whom, is what bootdev promises',
  ],
  [/^(?:local_infile|load_data_local_.*)$/, 'the server could read files of the web machines'],
  [
    /^(?:innodb_buffer_pool_size|innodb_buffer_pool_.*|max_connections|innodb_dedicated_server)$/,
    "it follows from the machine's size: database.memory in bootdev.yaml",
  ],
  [/^query_cache_(?:size|type)$/, 'set database.queryCache in bootdev.yaml'],
  [
    /^(?:innodb_flush_log_at_trx_commit|sync_binlog)$/,
    'production loses no commit, and the replica is allowed to: bootdev sets it on each side',
  ],
  [/^performance_schema/, 'it takes memory that the formula does not know'],
  [/^(?:replicate_.*|binlog_.*|server_id|gtid_.*|slave_.*|replica_.*|enforce_gtid.*)$/, 'RDS replicates by itself'],
];

/** One `key = value`. */
export interface OwnKey {
  path: string;
  line: number;
  /** With `_`, as the server shows it. */
  key: string;
  value: string;
}

export function checkMysql(files: Files, { settings }: Surroundings): Problem[] {
  return [...files].flatMap(([path, text]) => lines(path, text).flatMap((line) => checkLine(line, settings)));
}

type Line = Pick<Problem, 'path' | 'line'> & { said: string };
const lines = (path: string, text: string): Line[] =>
  text.split('\n').map((said, index) => ({ path, line: index + 1, said: said.trim() }));

const assignment = /^([a-z][a-z0-9_-]*)\s*=\s*(?:"([^"\\]*)"|'([^'\\]*)'|([^"'\\#]*?))\s*(?:#.*)?$/;

function checkLine({ path, line, said }: Line, { database: { engine } }: Settings): Problem[] {
  if (said === '' || /^[#;]/.test(said)) return [];
  const problem = (text: string) => [{ path, line, text }];
  if (said.startsWith('!')) return problem('include: what is included would not be checked.');
  if (said.startsWith('['))
    return said === '[mysqld]' ? [] : problem(`${said}: only [mysqld] is read, by MySQL and MariaDB.`);
  const [, name] = assignment.exec(said) ?? [];
  if (name === undefined) {
    const key = /^[\w-]+/.exec(said)?.[0].replaceAll('-', '_') ?? '';
    const [, why] = refused.find(([pattern]) => pattern.test(key)) ?? [];
    return problem(why ? `${key}: ${why}.` : 'this line is not "key = value".');
  }
  const key = name.replaceAll('-', '_');
  const known = mysqlKeys.get(key);
  if (!known) {
    const [, why] = refused.find(([pattern]) => pattern.test(key)) ?? [];
    return problem(`${name}: ${why ?? 'it is not among the variables that bootdev knows to be harmless'}.`);
  }
  return known.engines.includes(engine) ? [] : problem(`${name}: ${engine} has no such variable.`);
}

/** The keys in their order; the last of a name counts. */
export function ownKeys({ files }: OwnConfig): OwnKey[] {
  return [...files]
    .filter(([path]) => path.startsWith('mysql/'))
    .flatMap(([path, text]) => lines(path, text))
    .flatMap(({ path, line, said }) => {
      const [, name, double, single, bare] = assignment.exec(said) ?? [];
      return name ? [{ path, line, key: name.replaceAll('-', '_'), value: double ?? single ?? bare ?? '' }] : [];
    });
}
