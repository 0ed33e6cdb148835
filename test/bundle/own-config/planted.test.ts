/** Planted own files, hostile and honest: the right answer each, with its line. */
import { describe, expect, test } from 'vitest';
import { checkOwnConfig } from '../../../src/bundle/own-config/own-config.ts';
import { readFolder } from '../../../src/io/folder.ts';
import { completeSettings } from '../../../src/settings/schema.ts';

const docker = await readFolder('docker');
const around = { settings: completeSettings(), docker };
const check = (path: string, text: string) =>
  checkOwnConfig({ files: new Map([[path, text]]), problems: [] }, around).map(
    (problem) => `${problem.path}:${problem.line} ${problem.text}`,
  );

const server = 'nginx/server/site.conf';
const http = 'nginx/http/site.conf';
const headers = 'nginx/headers/site.conf';
const php = 'php/site.ini';
const mysql = 'mysql/site.cnf';

describe('honest', () => {
  test.each([
    [server, 'location = /old { return 301 /new; } # gone\nrewrite "^/(\\d{4})/x$" /archive?year=$1 permanent;'],
    [server, 'location ^~ /export/ {\n  alias /srv/files/public/export/;\n  include files.conf;\n  autoindex on;\n}'],
    [server, 'location ^~ /intern/ { internal; alias /srv/files/private/intern/; }'],
    [server, 'location = /report { set $script /report.php; set $path_info ""; include page.conf; }'],
    [server, 'location ^~ /api/ {\n  proxy_pass https://api.example.org/v2/;\n  proxy_ssl_server_name on;\n}'],
    [server, 'auth_basic "Not yet";\nauth_basic_user_file /srv/code/current/.htpasswd;'],
    [
      server,
      'location ^~ /docs/ {\n  root $document_root/static;\n  include code.conf;\n  expires 1h;\n  try_files $uri $uri/ =404;\n}',
    ],
    [server, 'if ($http_user_agent ~* "(?:badbot|worse)") { return 403; }\nset $mine "a } b { c ; # d";'],
    [http, 'map $http_user_agent $my_bot { default 0; ~*bot 1; }\nlimit_req_zone $my_bot zone=mine:1m rate=5r/s;'],
    [http, 'upstream search { server search.example.org:443; keepalive 4; }'],
    [headers, 'add_header Content-Security-Policy "default-src \'self\'; img-src *" always;'],
    [
      php,
      '; more fields\nmax_input_vars = 9000\n[Date]\ndate.timezone = "Europe/Vienna" ; here\nopcache.jit = tracing',
    ],
    [php, 'error_reporting = E_ALL & ~E_NOTICE\ndisable_functions = exec,passthru'],
    [mysql, '[mysqld]\n# long lists\ngroup-concat-max-len = 64K\nsql_mode = "STRICT_TRANS_TABLES,NO_ZERO_DATE"'],
    [
      'cron',
      '# m h d m w\n*/5 1-5 * jan,feb mon-fri  job --limit 300 feed  php bin/feed.php --date=$(date +%F) | tail\n@daily job report php report.php',
    ],
  ])('%s: %s', (path, text) => {
    expect(check(path, text)).toEqual([]);
  });
});

describe('hostile', () => {
  test.each([
    // Files that are not what they look like.
    [server, 'location /x {\n  return 204;\n', /:1 the block that begins here has no "}"/],
    [server, 'log_not_found off; }\nserver { listen 80;', /:1 this "}" closes nothing/],
    [server, 'add_header', /:1 "add_header" is not ended/],
    [server, 'set $a "}\n";\nset $b \'"\'; root /etc;', /:3 root: /],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: nginx' own
    [server, "set $a '${b}; # }';\nload_module /tmp/x.so;", /:2 load_module: programs inside nginx/],
    [server, 'allow @TRUSTED_PROXY@;', /:1 @TRUSTED_PROXY@ would be replaced/],
    // Code in nginx, and what is not checked.
    [http, 'js_import x from /srv/files/public/x.js;', /:1 js_import: programs/],
    [server, 'location /l { content_by_lua_block { os.execute("id") } }', /:1 "os\.execute/],
    [http, 'perl_set $x "sub { system(1) }";', /:1 perl_set: programs/],
    [server, 'include /srv/code/current/nginx.conf;', /:1 include: what is included would not be checked/],
    [http, 'map $uri $x {\n  include /srv/files/public/map;\n}', /:2 include: /],
    [server, 'location /s { ssi on; }', /ssi: /],
    // Files.
    [server, 'location /e { alias /etc/; }', /:1 alias: files are shown from/],
    [server, 'location = /p { root /run/secrets/app; }', /root: files are shown from/],
    [
      server,
      'location ~ ^/f/(.*)$ { alias /srv/files/public/$1; include files.conf; }',
      /variables could lead to any file/,
    ],
    [server, 'location /a { root $arg_dir; }', /variables could lead/],
    [server, 'location /i { alias /srv/files/public/; include files.conf; }', /could ask for \/i\.\.\//],
    [server, 'location /i/ { alias /srv/files/public/; }', /add "include files.conf;"/],
    [server, 'location /i/ { alias /srv/files/private/; }', /add "internal;"/],
    [server, 'location /t { try_files $arg_f =404; }', /\$arg_f could lead out/],
    [server, 'location /t { try_files /../../run/secrets/app/db-password =404; }', /leads out of the document root/],
    [server, 'location ^~ /s/ {\n  alias /srv/code/current/;\n}', /:1 location: it comes before the list of secrets/],
    [server, 'location /a/ {\n  location ~ . { expires 1h; }\n}', /:2 location: it comes before the list of secrets/],
    [server, 'location = /.env { expires 1h; }', /location: it comes before the list of secrets/],
    [server, 'location = /show { alias /srv/code/current/.env; }', /alias: sources, settings and keys/],
    [server, 'location = /show { try_files /config.php =404; }', /\/config\.php: sources, settings and keys/],
    [server, 'location /show/ { rewrite ^/show/(.*)$ /$1 break; }', /with break the address is a file at once/],
    [server, 'return 503;', /:1 return: the load balancer's health check/],
    [
      server,
      'location = /x { set $script /x.php; set $path_info ""; include page.conf; fastcgi_param DB_HOST evil.example; }',
      /DB_HOST is bootdev's/,
    ],
    [server, 'client_body_temp_path /srv/code/current;', /:1 client_body_temp_path: /],
    [server, 'location /u { dav_methods PUT; }', /dav_methods: /],
    [server, 'auth_basic_user_file /etc/shadow;', /must be part of the code/],
    // Whom nginx asks.
    [server, 'location /m { proxy_pass http://169.254.169.254/latest/; }', /metadata service/],
    [server, 'location /m { proxy_pass http://[fd00:ec2::254]/; }', /metadata service/],
    [server, 'location /m { proxy_pass http://2852039166/; }', /metadata service/],
    [server, 'location /m { proxy_pass http://0xa9.0376.169.254:80/; }', /metadata service/],
    [server, 'location /m { proxy_pass http://[::ffff:169.254.169.254]/; }', /metadata service/],
    [server, 'location /m { proxy_pass http://169.254.169.254.nip.io/; }', /metadata service/],
    [server, 'location /m { proxy_pass http://instance-data/latest; }', /metadata service/],
    [server, 'location /m { proxy_pass http://$http_x_to/; }', /variables only behind it/],
    [server, 'location /m { proxy_pass http://127.0.0.1:81/-/status; }', /services of this machine/],
    [server, 'location /m { proxy_pass http://unix:/run/php/php-fpm.sock:/; }', /host name|sockets/],
    [server, 'location /m { proxy_pass http://solr:8983/solr/; }', /does not exist on AWS/],
    [http, 'upstream x {\n  server unix:/run/php/php-fpm.sock;\n}', /:2 server .*sockets/],
    [server, 'location /p { fastcgi_pass unix:/tmp/x.sock; }', /fastcgi_pass: PHP is asked over its one socket/],
    [server, 'resolver 203.0.113.9;', /:1 resolver: /],
    [server, 'location /m { memcached_pass memcached-1:11211; }', /memcached_pass: only PHP and HTTP/],
    // PHP through nginx.
    [
      server,
      'location = /x { set $script /x.php; set $path_info ""; include page.conf; fastcgi_param PHP_VALUE "auto_prepend_file=/tmp/x"; }',
      /PHP_VALUE is bootdev's/,
    ],
    [
      server,
      'location = /x { set $script /../../files/public/evil.php; set $path_info ""; include page.conf; }',
      /PHP file from the document root/,
    ],
    [
      server,
      'location = /x { set $script $arg_f; set $path_info ""; include page.conf; }',
      /PHP file from the document root/,
    ],
    [server, 'location = /x { include page.conf; }', /needs "set \$script/],
    // The micro-cache, the visitor's address, the one server.
    [server, 'fastcgi_cache_key $uri;', /:1 fastcgi_cache_key: the micro-cache promises/],
    [server, 'set $skip_cache 0;', /\$skip_cache is a variable of bootdev/],
    [http, 'map $cookie_sid $page_key { default 1; }', /\$page_key is a variable of bootdev/],
    [server, 'location ~ ^/(?<has_session>0) { return 204; }', /\$has_session is a variable of bootdev/],
    [server, 'expires 1h;', /:1 expires: browsers and CloudFront would keep pages/],
    [headers, 'add_header Cache-Control "public, s-maxage=600";', /Cache-Control of a page/],
    [headers, 'root /etc;', /:1 root: in nginx\/headers\/ only add_header/],
    [server, 'add_header X-A b;', /put the line into nginx\/headers\//],
    [server, 'real_ip_header X-Real-IP;', /visitor's address/],
    [http, 'server { listen 81; }', /:1 server: the site's server/],
    [server, 'server_name evil.example;', /server_name: /],
    [server, 'access_log syslog:server=203.0.113.9;', /access_log: only off/],
    [server, 'error_log /srv/code/current/x.php;', /error_log: logs go to/],
    [server, 'ssl_certificate_key /run/secrets/lb/site.pem;', /ssl_certificate_key: TLS ends/],
    [server, 'location ^~ /-/ { return 204; }', /those of bootdev itself/],
    [server, 'frobnicate on;', /not among the directives/],
    // php.ini
    [php, '\nauto_prepend_file = /tmp/x.php', /:2 auto_prepend_file: what runs before/],
    [php, 'user_ini.filename = .user.ini', /user_ini\.filename: /],
    [php, 'opcache.validate_timestamps = 1', /opcache\.validate_timestamps: a release never changes/],
    [php, 'extension = /srv/files/public/x.so', /extension: extensions are packages/],
    [php, 'ffi.enable = true', /ffi\.enable: /],
    [php, 'disable_functions =', /an empty list/],
    [php, 'open_basedir = /', /open_basedir: files are/],
    [php, 'sendmail_path = "/bin/sh -c id"', /sendmail_path: mail goes/],
    [php, 'session.save_path = "10.0.0.9:11211"', /session\.save_path: files are|sessions are/],
    [php, 'memory_limit = 4G', /php\.memoryLimit in bootdev\.yaml/],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: PHP's own
    [php, 'date.timezone = "${PATH}"', /write a plain value/],
    [php, 'date.timezone = "a\nextension = x.so"', /:1 date\.timezone: write a plain value/],
    [php, '[HOST=shop.example]\nmax_input_vars = 1', /:1 \[HOST=shop\.example\] would be/],
    [php, 'allow_url_include = 1', /code comes with a release/],
    // my.cnf
    [mysql, '[mysqld]\ndatadir = /srv', /:2 datadir: its files are/],
    [mysql, 'plugin-load-add = x.so', /plugin-load-add: a plugin is code/],
    [mysql, 'init_file = /tmp/x.sql', /init_file: its files/],
    [mysql, 'loose-plugin-load = x.so', /not among the variables/],
    [mysql, 'ssl_key = /tmp/k', /ssl_key: its files|the server has the keys/],
    [mysql, 'skip-grant-tables', /skip_grant_tables: who reaches/],
    [mysql, 'local_infile = 1', /local_infile: the server could read/],
    [mysql, 'max_connections = 9999', /follows from the machine's size/],
    [mysql, '!includedir /srv/files/public', /:1 include: /],
    [mysql, '[client]\npassword = x', /:1 \[client\]: only \[mysqld\]/],
    [mysql, 'histogram_size = 100', /histogram_size: mysql has no such variable/],
    // cron, and what is no file of ours.
    ['cron', '* * * * * root id', /:1 no user is named here/],
    ['cron', '@reboot job x id', /:1 @reboot: /],
    ['cron', 'PATH=/tmp\n* * * * * job x id', /:1 variables are not set here/],
    ['cron', '* * * * * job cron id', /name of the application's own job/],
    ['cron', '0 1 * * * job x id\n0 2 * * * job x id', /:2 x is the name of line 1 too/],
    ['cron', '* * * * * job ../../etc/cron id', /:1 write: minute hour/],
    ['nginx/site.conf', 'root /;', /:0 nothing reads a file of this name/],
    ['php/x.php', '<?php', /:0 nothing reads/],
  ])('%s: %s', (path, text, expected) => {
    const problems = check(path, text);
    expect(problems.join('\n')).toMatch(expected);
    expect(problems[0]).toMatch(new RegExp(`^${path.replaceAll('.', '\\.')}:\\d+ `));
  });
});

test('only the machines whose files change have another digest', async () => {
  const { makeBundle } = await import('../../../src/bundle/bundle.ts');
  const settings = completeSettings();
  const digests = (files: [string, string][]) =>
    new Map(
      [...makeBundle(settings, docker, { files: new Map(files), problems: [] }).machines].map(([kind, { digest }]) => [
        kind,
        digest,
      ]),
    );
  const none = digests([]);
  const changed = (files: [string, string][]) => {
    const now = digests(files);
    return [...none].filter(([kind, digest]) => now.get(kind) !== digest).map(([kind]) => kind);
  };
  expect(changed([[server, 'location = /a { return 204; }']])).toEqual(['web']);
  expect(changed([[php, 'max_input_vars = 1']])).toEqual(['web', 'admin']);
  expect(changed([[mysql, 'wait_timeout = 1']])).toEqual(['mysql']);
  expect(changed([['cron', '@daily job report php report.php']])).toEqual(['admin']);
});

test('what cron runs as root has no word of the site but a name and a time', async () => {
  const { makeBundle } = await import('../../../src/bundle/bundle.ts');
  const text = "5 4 * * *  job --limit 60 report  php report.php; touch /root/x 'a' %\n";
  const tree = makeBundle(completeSettings(), docker, { files: new Map([['cron', text]]), problems: [] }).machines.get(
    'admin',
  )?.tree;
  const crontab = tree?.get('etc/crontab')?.bytes.toString();
  expect(crontab?.trimEnd().split('\n').at(-1)?.replace(/ +/g, ' ')).toBe(
    '5 4 * * * root job --limit 60 report /etc/bootdev/current/app/jobs/report',
  );
  expect(tree?.get('app/jobs/report')).toEqual({
    mode: '0755',
    bytes: Buffer.from("#!/bin/sh\n# bootdev/cron:1\nphp report.php; touch /root/x 'a' %\n"),
  });
});

test('the examples of the page are honest', async () => {
  const { readFileSync } = await import('node:fs');
  const page = readFileSync('docs/own-configuration.md', 'utf8');
  const examples = [...page.matchAll(/```\w*\n([#;] bootdev\/([\w/.-]+).*?)```/gs)];
  expect(examples.map(([, , path]) => path)).toEqual([
    'nginx/server/site.conf',
    'nginx/headers/security.conf',
    'php/forms.ini',
    'cron',
  ]);
  for (const [, text = '', path = ''] of examples) expect(check(path, text)).toEqual([]);
});
