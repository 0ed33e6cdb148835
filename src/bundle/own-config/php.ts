/** A site's own php.ini lines: from an allow list, since one key of hundreds may run code or open a file. Pure. */
import type { Files, Problem } from './own-config.ts';

const words = (text: string) => text.trim().split(/\s+/);

/** `*` at the end: all that begin so. */
const allowed = words(`
  allow_url_fopen apc.enable_cli apc.entries_hint apc.gc_ttl apc.serializer apc.slam_defense apc.ttl arg_separator.input arg_separator.output
  assert.active assert.bail assert.exception assert.warning auto_globals_jit bcmath.scale date.* default_charset default_mimetype default_socket_timeout disable_classes disable_functions
  error_append_string error_prepend_string error_reporting exif.* file_uploads gd.jpeg_ignore_warning html_errors
  ignore_repeated_errors ignore_repeated_source intl.* log_errors_max_len mail.add_x_header max_file_uploads
  max_input_nesting_level max_input_time max_input_vars mbstring.* memcached.compression_factor memcached.compression_level
  memcached.compression_threshold memcached.compression_type memcached.default_connect_timeout memcached.serializer memcached.store_retry_count
  max_multipart_body_parts mysqli.max_links mysqlnd.collect_statistics opcache.interned_strings_buffer opcache.jit opcache.jit_buffer_size
  opcache.max_accelerated_files opcache.max_wasted_percentage opcache.save_comments output_buffering pcre.backtrack_limit pcre.jit
  pcre.recursion_limit precision realpath_cache_size realpath_cache_ttl report_memleaks serialize_precision session.cookie_domain
  session.cookie_httponly session.cookie_lifetime session.cookie_path session.cookie_samesite session.cookie_secure session.gc_*
  session.lazy_write session.sid_* session.upload_progress.* session.use_cookies session.use_only_cookies session.use_strict_mode
  short_open_tag soap.wsdl_cache_enabled soap.wsdl_cache_limit soap.wsdl_cache_ttl unserialize_max_depth user_agent xmlrpc_errors
  zend.assertions zend.enable_gc zend.exception_ignore_args zend.exception_string_param_max_len
`);

/** Why not, and what instead; the first that fits. */
const refused: readonly [RegExp, string][] = [
  [
    /^auto_(?:pre|ap)pend_file$/,
    "what runs before and after each page is bootdev's own (the micro-cache needs it): require it in your code",
  ],
  [/^user_ini\./, 'files of the code could then set anything, on one machine only'],
  [/^memory_limit$/, 'set php.memoryLimit in bootdev.yaml: the number of PHP processes follows from it'],
  [/^max_execution_time$/, 'set php.maxExecutionTime in bootdev.yaml: nginx and the load balancer wait as long'],
  [/^(?:upload_max_filesize|post_max_size)$/, 'set php.uploadLimit in bootdev.yaml: nginx takes as much'],
  [/^opcache\./, 'a release never changes while it is served, and live code has its own values: bootdev sets them'],
  [
    /^(?:extension|zend_extension|extension_dir|enable_dl|ffi\..*)$/,
    'extensions are packages of the image, the same on both sides',
  ],
  [
    /^(?:open_basedir|include_path|doc_root|user_dir|sys_temp_dir|upload_tmp_dir|.*cache_dir|.*\.save_path)$/,
    'files are where bootdev has them',
  ],
  [/^(?:sendmail_.*|mail\..*|smtp.*)$/i, 'mail goes to Mailpit here and to SES on AWS: bootdev sets the way'],
  [/^(?:error_log|log_errors|syslog\..*|.*\.log)$/, 'errors go to bootdev logs web-1'],
  [/^display_(?:startup_)?errors$/, 'a visitor would read them in production: bootdev logs web-1 shows them'],
  [/^(?:openssl|curl)\./, 'certificates of the database and of others are verified with the lists that bootdev has'],
  [
    /^session\.name$/,
    'the micro-cache knows visitors with a session by its name: set it in the code, and cache.sessionCookies in bootdev.yaml',
  ],
  [
    /^(?:session\.save_handler|memcached\.sess_.*|session\.cache_.*)$/,
    'sessions are in memcached, for all web machines',
  ],
  [/^allow_url_include$/, 'code comes with a release only'],
  [/^(?:zlib\..*|brotli\..*|output_handler)$/, 'pages are compressed once, in front of PHP'],
  [/^(?:cgi|fastcgi)\./, 'nginx says which file runs'],
  [/^(?:mysqli|pdo_mysql|mysqlnd)\./, 'the database is the one of the site'],
  [/^apc\.shm_size$/, "it follows from the machine's size"],
];

const isAllowed = (key: string) =>
  allowed.some((each) => (each.endsWith('*') ? key.startsWith(each.slice(0, -1)) : key === each));

export const checkPhp = (files: Files): Problem[] =>
  [...files].flatMap(([path, text]) =>
    text.split('\n').flatMap((line, index) => {
      const why = refuseLine(line);
      return why ? [{ path, line: index + 1, text: why }] : [];
    }),
  );

/** Only lines that mean the same to everybody: PHP's grammar has more (strings over several lines, ${…}, constants). */
function refuseLine(line: string): string | undefined {
  if (/^\s*(?:;.*)?$/.test(line)) return undefined;
  const [, section] = /^\s*\[(.*)\]\s*$/.exec(line) ?? [];
  if (section !== undefined) {
    return /^[A-Za-z][\w -]*$/.test(section) ? undefined : `[${section}] would be for one host or folder only.`;
  }
  const [, key = '', value = ''] = /^\s*([A-Za-z_][\w.]*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
  if (!key) return 'this line is not "key = value".';
  const why = refuseKey(key, value);
  return why ? `${key}: ${why}.` : undefined;
}

function refuseKey(key: string, value: string): string | undefined {
  if (!isAllowed(key)) {
    const [, why] = refused.find(([pattern]) => pattern.test(key)) ?? [];
    return why ?? 'it is not among the keys that bootdev knows to be harmless';
  }
  const isPlain = /^(?:"[^"$\\]*"|[^"'`$;=(){}[\]]*)(?:\s*;.*)?$/.test(value);
  if (!isPlain) return 'write a plain value, in double quotes where it has other signs';
  if (/^disable_/.test(key) && /^(?:""|none)?\s*(?:;.*)?$/i.test(value))
    return 'an empty list would allow what others forbid';
  return undefined;
}
