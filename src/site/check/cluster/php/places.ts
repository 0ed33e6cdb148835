/** What PHP, WordPress and Drupal call the places of files. Names of functions in small letters. */

/**
 * `code`: the folder of the code, which is read-only and each machine's own. `root`: a folder in it that has uploads and the like below,
 * so what follows decides. `shared`: what all machines share. `temp`: /tmp of one machine.
 */
export type Place = 'code' | 'root' | 'shared' | 'temp' | 'unknown';

const places = (place: Place, ...names: string[]): [string, Place][] => names.map((name) => [name, place]);

export const placeConstants: ReadonlyMap<string, Place> = new Map([
  ...places('code', '__DIR__', '__FILE__', 'WP_PLUGIN_DIR', 'WPMU_PLUGIN_DIR', 'TEMPLATEPATH', 'STYLESHEETPATH'),
  ...places('root', 'ABSPATH', 'WP_CONTENT_DIR', 'DRUPAL_ROOT', 'BACKDROP_ROOT'),
  ...places('shared', 'UPLOADS', 'BLOGUPLOADDIR'),
]);

export const placeFunctions: ReadonlyMap<string, Place> = new Map([
  ...places('code', 'plugin_dir_path', 'get_template_directory', 'get_stylesheet_directory', 'get_theme_file_path'),
  ...places('code', 'get_parent_theme_file_path', 'drupal_get_path', 'backdrop_get_path', 'path_to_theme'),
  ...places('root', 'get_home_path', 'getcwd', 'conf_path'),
  ...places('shared', 'wp_upload_dir', 'wp_get_upload_dir', 'file_directory_path', 'file_directory_temp'),
  ...places('shared', 'file_build_uri', 'file_create_path', 'drupal_realpath'),
  ...places('temp', 'sys_get_temp_dir', 'get_temp_dir'),
]);

/** Functions that leave a path where it is, with the argument that has it. */
export const through: ReadonlyMap<string, number> = new Map([
  ...[
    'realpath',
    'trailingslashit',
    'untrailingslashit',
    'wp_normalize_path',
    'rtrim',
    'trim',
    'strval',
    'path_join',
  ].map((name): [string, number] => [name, 0]),
  ['fopen', 0],
  ['apply_filters', 1],
  ['str_replace', 2],
]);

/** What makes a name that no other request has, or time in it. */
export const makesUnique: ReadonlySet<string> = new Set([
  ...['uniqid', 'rand', 'mt_rand', 'random_int', 'random_bytes', 'microtime', 'time', 'date', 'gmdate', 'getmypid'],
  ...['tempnam', 'wp_tempnam', 'tmpfile', 'download_url', 'wp_generate_password', 'wp_generate_uuid4', 'session_id'],
  ...['posix_getpid', 'wp_unique_filename', 'hrtime', 'drupal_tempnam', 'wp_rand', 'spl_object_hash', 'spl_object_id'],
]);

const literals: readonly (readonly [RegExp, Place])[] = [
  [/^(?:public|private|temporary|s3|translations):\/\/|^\/srv\/files(?:\/|$)/, 'shared'],
  [/^\/(?:var\/)?tmp(?:\/|$)|^\/dev\/shm(?:\/|$)/, 'temp'],
];

/** Of a path that begins with this text. */
export const placeOfText = (text: string): Place => literals.find(([pattern]) => pattern.test(text))?.[1] ?? 'unknown';

/** What is below a root and shared by all machines. */
export const isShared = (rest: string): boolean =>
  /(?:^|\/)uploads(?:\/|$)|(?:^|\/)sites\/[^/]+\/(?:files|private)|^\/?(?:files|private)(?:\/|$)|blogs\.dir/.test(rest);
