/** Each rule: lines that are guilty, and lines that look like them and are not. */
import { describe, expect, test } from 'vitest';
import { checkFiles, findingsOf, inPlugin } from './site.ts';

describe('writes into the code', () => {
  test.each([
    ["file_put_contents(__DIR__ . '/hits.txt', $n);", 'code'],
    ["fopen(dirname(__FILE__) . '/log.txt', 'a');", 'code'],
    ["\\file_put_contents(plugin_dir_path(__FILE__) . 'a.json', $x);", 'code'],
    ["wp_mkdir_p(WP_PLUGIN_DIR . '/one/tmp');", 'code'],
    ["file_put_contents(ABSPATH . 'sitemap.xml', $xml);", 'code'],
    ["file_put_contents('debug.log', $x, FILE_APPEND);", 'code'],
    ['error_log("x", 3, __DIR__ . "/debug.log");', 'code'],
    ["imagepng($image, get_template_directory() . '/made.png');", 'code'],
    ["$wp_filesystem->put_contents(get_stylesheet_directory() . '/custom.css', $css);", 'code'],
    ["$db = new SQLite3(__DIR__ . '/data.db');", 'code'],
    ["copy($from, $_SERVER['DOCUMENT_ROOT'] . '/feed.xml');", 'code'],
    ["copy(__DIR__ . '/advanced-cache.php', WP_CONTENT_DIR . '/advanced-cache.php');", 'cache'],
    ["mkdir(WP_CONTENT_DIR . '/cache/pages');", 'cache'],
    ["insert_with_markers(get_home_path() . '.htaccess', 'One', $rules);", 'server-files'],
    ["file_put_contents(ABSPATH . 'wp-config.php', $config);", 'server-files'],
    ["move_uploaded_file($_FILES['a']['tmp_name'], __DIR__ . '/uploads/' . $name);", 'upload'],
  ])('%s', async (line, rule) => {
    expect(await inPlugin(line)).toEqual([`${rule} 1`]);
  });

  test.each([
    "fopen(__DIR__ . '/data.csv', 'r');",
    'file_get_contents(__DIR__ . "/hits.txt");',
    "// file_put_contents(__DIR__ . '/hits.txt', $n);",
    "/* file_put_contents(__DIR__ . '/hits.txt', $n); */",
    "# file_put_contents(__DIR__ . '/hits.txt', $n);",
    'echo "file_put_contents(__DIR__ . \'/hits.txt\', 1);";',
    "$help = <<<'TEXT'\nfile_put_contents(__DIR__ . '/hits.txt', 1);\nTEXT;",
    "?>file_put_contents(__DIR__ . '/hits.txt', 1);<?php",
    "$up = wp_upload_dir(); file_put_contents($up['basedir'] . '/a.txt', $x);",
    "file_put_contents(WP_CONTENT_DIR . '/uploads/a.txt', $x);",
    "file_put_contents(ABSPATH . 'wp-content/uploads/a.txt', $x);",
    "file_put_contents(__DIR__ . '/../../uploads/a.txt', $x);",
    "move_uploaded_file($_FILES['a']['tmp_name'], wp_upload_dir()['path'] . '/a');",
    'file_put_contents(WP_CONTENT_DIR . $folder . "/a.txt", $x);',
    'file_put_contents($path, $x);',
    "file_put_contents('php://stderr', $x);",
    "$object->fopen(__DIR__ . '/a', 'w');",
    "function file_put_contents_safe($a) { return Other::fopen(__DIR__ . '/a', 'w'); }",
    "function f($dir) { $dir = $dir ?: __DIR__; file_put_contents($dir . '/a', 1); }",
    "$a = $b ? __DIR__ : wp_upload_dir()['basedir']; file_put_contents($a . '/x.txt', 1);",
    "$mode = 'w'; fopen(__DIR__ . '/x', $mode);",
    "error_log('x', 0, __DIR__ . '/x');",
  ])('no harm in: %s', async (line) => {
    expect(await inPlugin(line)).toEqual([]);
  });

  test.each([
    ['a variable', "$f = __DIR__ . '/x.txt';\nfile_put_contents($f, 1);", 'code 2'],
    [
      'text with variables',
      '$d = plugin_dir_path(__FILE__);\nfopen("{$d}x.txt", "w");\nfopen("$d/x.txt", "w");',
      'code 2',
    ],
    ['a constant', "define('ONE_DIR', plugin_dir_path(__FILE__));\nfile_put_contents(ONE_DIR . 'x', 1);", 'code 2'],
    [
      'a property',
      "class A { private $f = __DIR__ . '/x';\nfunction g() { file_put_contents($this->f, 1); } }",
      'code 2',
    ],
    [
      'a static one',
      "class A { static $f;\nfunction b() { self::$f = __DIR__ . '/x'; }\nfunction g() { touch(self::$f); } }",
      'code 3',
    ],
    ['a constant of a class', "class A { const F = __DIR__ . '/x';\nfunction g() { touch(self::F); } }", 'code 2'],
    ['a method', "class A { function f() { return __DIR__ . '/x'; }\nfunction g() { touch($this->f()); } }", 'code 2'],
    ['a global', "$f = __DIR__ . '/x';\nfunction g() { global $f;\ntouch($f); }", 'code 3'],
    ['a closure', "$f = __DIR__ . '/x';\nadd_action('init', function () use ($f) {\ntouch($f); });", 'code 3'],
    ['a filter', "touch(apply_filters('one_path', __DIR__ . '/x'));", 'code 1'],
  ])('through %s', async (_, code, found) => {
    expect((await inPlugin(code))[0]).toBe(found);
  });

  test('a name in another function is another one', async () => {
    expect(await inPlugin("function a() { $f = __DIR__ . '/x'; }\nfunction b($f) { touch($f); }")).toEqual([]);
  });

  test('a constant of another file', async () => {
    const { check } = await checkFiles({
      'wp-content/plugins/one/a.php': '<?php\nfile_put_contents(ONE_LOG, 1);',
      'wp-content/plugins/one/one.php': "<?php define('ONE_LOG', __DIR__ . '/one.log');",
      'wp-content/plugins/two/two.php': '<?php file_put_contents(ONE_LOG, 1);',
    });
    expect(findingsOf(check)).toEqual(['code a.php:2']);
  });
});

describe('locks, state and limits of one machine', () => {
  test.each([
    ["$h = fopen(sys_get_temp_dir() . '/one.lock', 'c'); flock($h, LOCK_EX);", ['lock 1']],
    ['$h = fopen(__FILE__, "r"); flock($h, LOCK_EX | LOCK_NB);', ['lock 1']],
    ["$s = sem_get(ftok(__FILE__, 'a'));", ['memory 1']],
    ["$f = '/tmp/one-cache'; if (filemtime($f) < time() - 60) {\nfile_put_contents($f, 1); }", ['state 2']],
    [
      "$f = get_temp_dir() . 'one-' . md5($u);\nif (file_exists($f)) return file_get_contents($f);\nfile_put_contents($f, 1);",
      ['state 3'],
    ],
    ["$ip = $_SERVER['REMOTE_ADDR'];\nfile_put_contents('/tmp/tries-' . md5($ip), $n);", ['limit 2']],
    ["file_put_contents(__DIR__ . '/ban/' . $_SERVER['REMOTE_ADDR'], 1);", ['limit 1']],
    ["apcu_inc('visits');", ['memory 1']],
    ["if (apcu_add('one_lock', 1, 10)) { run(); }", ['memory 1']],
  ])('%s', async (code, found) => {
    expect(await inPlugin(code)).toEqual(found);
  });

  test.each([
    "$h = fopen(wp_upload_dir()['basedir'] . '/one.lock', 'c'); flock($h, LOCK_EX);",
    "$h = fopen(sys_get_temp_dir() . '/one.lock', 'c'); flock($h, LOCK_UN);",
    "$f = tempnam(sys_get_temp_dir(), 'one'); file_put_contents($f, 1); if (file_exists($f)) readfile($f);",
    "$f = sys_get_temp_dir() . '/one-' . uniqid(); file_put_contents($f, 1); filemtime($f);",
    "$f = '/tmp/export.csv'; file_put_contents($f, 1); readfile($f);",
    "apcu_store('one_map', $map, 300); apcu_fetch('one_map');",
    "apcu_add('one_map', $map);",
    "$ip = $_SERVER['REMOTE_ADDR']; set_transient('tries-' . $ip, 1, 60);",
  ])('no harm in: %s', async (code) => {
    expect(await inPlugin(code)).toEqual([]);
  });
});

describe('sessions, jobs and addresses', () => {
  test.each([
    ["ini_set('session.save_handler', 'files');", ['session 1']],
    ["session_module_name('files');", ['session 1']],
    ['new NativeFileSessionHandler($path);', ['session 1']],
    ['spawn_cron();', ['cron 1']],
    ["wp_remote_get('http://10.0.3.7/status');", ['address 1']],
    ["$u = 'http://' . $_SERVER['SERVER_ADDR'] . '/x';", ['address 1']],
    ["if ($_SERVER['REMOTE_ADDR'] === $_SERVER['SERVER_ADDR']) { trust(); }", ['address 1']],
  ])('%s', async (code, found) => {
    expect(await inPlugin(code)).toEqual(found);
  });

  test.each([
    "ini_set('memory_limit', '256M'); session_start();",
    "ini_set('session.save_handler', 'redis');",
    "echo 'Server: ', $_SERVER['SERVER_ADDR'];",
    "$cron->spawn_cron(); wp_schedule_event(time(), 'hourly', 'one');",
    "echo 'https://www.example.org/';",
  ])('no harm in: %s', async (code) => {
    expect(await inPlugin(code)).toEqual([]);
  });

  test("the site's own address, in the code and in its HTML, and not one that begins like it", async () => {
    const { check } = await checkFiles(
      {
        'wp-config.php': "<?php\ndefine('WP_HOME', 'https://www.shop.example');\n",
        'wp-content/themes/own/header.php': [
          '<?php // https://shop.example/ in a comment ?>',
          '<a href="https://shop.example/news">',
          '<a href="https://shop.example.org/"><?php',
          "$u = 'http://www.shop.example/x';",
          "$v = '//notshop.example/';",
        ].join('\n'),
      },
      { hosts: ['shop.example'] },
    );
    expect(findingsOf(check)).toEqual(['address header.php:2', 'address header.php:4']);
    expect(check.settled.map(({ file, line }) => `${file}:${line}`)).toEqual(['wp-config.php:2']);
  });
});

describe('what bootdev takes care of is no fault', () => {
  test('wp-config.php', async () => {
    const code = [
      '<?php',
      "define('DISABLE_WP_CRON', false);",
      "define('WP_SITEURL', 'https://shop.example');",
      "// define('UPLOADS', 'media');",
      "session_save_path('/var/lib/php');",
      "define('WP_DEBUG_LOG', true);",
    ];
    const { safe, check } = await checkFiles({ 'wp-config.php': code.join('\n') });
    expect({ safe, findings: findingsOf(check) }).toEqual({ safe: true, findings: [] });
    expect(check.settled.map(({ line }) => line)).toEqual([2, 3, 5]);
    expect(check.settled[0]?.text).toContain('the admin machine runs cron');
  });

  test('its other lines are', async () => {
    const { check } = await checkFiles({ 'wp-config.php': "<?php\ndefine('UPLOADS', 'media');\n" });
    expect(findingsOf(check)).toEqual(['upload wp-config.php:2']);
  });

  test("Drupal's settings.php", async () => {
    const code = [
      '<?php',
      "$settings['file_public_path'] = 'sites/default/files';",
      "$config['automated_cron.settings']['interval'] = 3600;",
      "$settings['cache']['default'] = 'cache.backend.apcu';",
      "$settings['cache']['bins']['render'] = 'cache.backend.memcache';",
      "# $base_url = 'http://shop.example';",
      "$base_url = 'http://shop.example';",
    ];
    const { check } = await checkFiles(
      { 'web/sites/default/settings.php': code.join('\n') },
      { application: 'drupal', docroot: 'web' },
    );
    expect(findingsOf(check)).toEqual([
      'object-cache web/sites/default/settings.php:4',
      'address web/sites/default/settings.php:7',
    ]);
    expect(check.settled.map(({ line }) => line)).toEqual([2, 3]);
  });
});

describe("Drupal's names", () => {
  const inModule = async (code: string, application: 'drupal' | 'drupal7') => {
    const folder = application === 'drupal' ? 'modules/custom/one' : 'sites/all/modules/custom/one';
    const { check } = await checkFiles({ [`${folder}/one.module`]: `<?php\n${code}\n` }, { application });
    return findingsOf(check).map((each) => each.replace(/^(\S+) .*:(\d+)$/, (_, rule, line) => `${rule} ${line - 1}`));
  };

  test.each([
    ["file_put_contents(drupal_get_path('module', 'one') . '/x.inc', 1);", 'drupal7', ['code 1']],
    ["file_put_contents(DRUPAL_ROOT . '/robots.txt', 1);", 'drupal7', ['code 1']],
    ["file_unmanaged_save_data($x, drupal_get_path('module', 'one') . '/x');", 'drupal7', ['code 1']],
    ["file_put_contents(\\Drupal::service('extension.list.module')->getPath('one') . '/x', 1);", 'drupal', ['code 1']],
    ["file_put_contents(\\Drupal::root() . '/x.xml', 1);", 'drupal', ['code 1']],
    ["file_put_contents('public://x.inc', 1);", 'drupal', []],
    ["file_put_contents(DRUPAL_ROOT . '/sites/default/files/x', 1);", 'drupal7', []],
    [
      "file_put_contents(DRUPAL_ROOT . '/' . variable_get('file_public_path', conf_path() . '/files') . '/x', 1);",
      'drupal7',
      [],
    ],
    ["$h = fopen('temporary://one', 'c'); flock($h, LOCK_EX);", 'drupal', []],
  ] as const)('%s', async (code, application, found) => {
    expect(await inModule(code, application)).toEqual(found);
  });
});
