/** What goes wrong with two web machines, and what to do about it: for each rule a sentence, and a remedy for each application. */
import type { Rule, Settled } from './finding.ts';

interface Words {
  /** A few words. */
  title: string;
  problem: string;
  /** By application; `other` for those without one of their own. */
  remedy: { other: string; wordpress?: string; drupal?: string };
}

const lockRemedy = {
  wordpress:
    'a lock in the database: $wpdb->get_var("SELECT GET_LOCK(\'name\', 0)"), or wp_cache_add() for a short one',
  drupal:
    "Drupal's own lock, which is in the database: \\Drupal::lock()->acquire('name'), in Drupal 7 lock_acquire('name')",
  other: "a lock in the database: SELECT GET_LOCK('name', 0), or Memcached::add() for a short one",
};
const stateRemedy = {
  wordpress: 'set_transient() and get_transient(): all machines share them',
  drupal: '\\Drupal::cache() or \\Drupal::state(), in Drupal 7 cache_set() and variable_set(): all machines share them',
  other: 'memcached (the environment variable MEMCACHED) or the database: all machines share them',
};
const sharedFolder = {
  wordpress: "write below wp_upload_dir()['basedir'], which all machines share; no PHP is executed there",
  drupal: 'write to public:// or private://, which all machines share',
  other: 'write below /srv/files/private, or /srv/files/public for visitors: all machines share them',
};

export const rules: Record<Rule, Words> = {
  code: {
    title: 'writes into the code',
    problem:
      'The code is read-only on the web machines and the same on all: this fails, and elsewhere only one machine would have the file.',
    remedy: sharedFolder,
  },
  cache: {
    title: 'keeps a cache in files of the code',
    problem:
      'The code is read-only; where it is not, each machine has another cache, and what one of them clears stays on the other.',
    remedy: {
      wordpress:
        'switch off the page cache of this plugin: nginx has one (cache.enabled), and objects are in memcached',
      drupal: 'switch this cache off: nginx has one for pages (cache.enabled), and the others can be in memcached',
      other: 'the micro-cache of nginx for pages (cache.enabled), memcached for the rest',
    },
  },
  upload: {
    title: 'puts uploads into the code',
    problem: 'The other machine answers 404 for the file, and it is gone with the next release; here the upload fails.',
    remedy: sharedFolder,
  },
  'server-files': {
    title: 'writes files of the server',
    problem:
      'nginx reads no .htaccess, and settings are the same for all machines: one that is changed on one of them is refused here.',
    remedy: {
      other:
        'your own lines for nginx and PHP: the folder bootdev/ (docs/own-configuration.md); constants by hand in the settings file',
    },
  },
  session: {
    title: 'keeps sessions in files',
    problem:
      'The other machine does not know the session: every second request the visitor is signed out, or has an empty cart.',
    remedy: {
      other: 'leave this line out: sessions of PHP are in memcached, on two nodes, and both machines read them',
    },
  },
  lock: {
    title: 'locks on one machine only',
    problem:
      'A lock on a local file does not keep out the other machine: what must run once runs twice at the same time.',
    remedy: lockRemedy,
  },
  state: {
    title: 'keeps state in /tmp of one machine',
    problem:
      'The other machine does not see this file: it works with nothing, or with an older state, and a new machine starts without it.',
    remedy: stateRemedy,
  },
  limit: {
    title: 'counts visitors on one machine only',
    problem:
      'Each machine counts for itself: a visitor has twice as many tries, and a ban counts on every second request.',
    remedy: {
      wordpress: "nginx' limits for logins and forms (limits in bootdev.yaml), or set_transient()",
      drupal: "nginx' limits for logins and forms (limits in bootdev.yaml), or Drupal's flood control",
      other: "nginx' limits (limits in bootdev.yaml), or a counter in memcached",
    },
  },
  memory: {
    title: "keeps state in one machine's memory",
    problem: 'APCu and shared memory are of one machine: the other one counts, or locks, for itself.',
    remedy: {
      wordpress: 'wp_cache_incr() and wp_cache_add(), which are in memcached; or the database',
      drupal:
        '\\Drupal::lock(), \\Drupal::flood() or \\Drupal::state(); in Drupal 7 lock_acquire() and flood_register_event()',
      other: 'Memcached::increment() and Memcached::add() (the environment variable MEMCACHED), or the database',
    },
  },
  cron: {
    title: 'starts jobs with a visitor',
    problem:
      'Jobs run on the admin machine alone; here this starts nothing, and elsewhere each machine would start them.',
    remedy: {
      wordpress: 'wp_schedule_event() alone: the admin machine runs what is due each minute',
      drupal: 'hook_cron() alone, without this module: the admin machine runs it (cron.interval)',
      other: 'a line of its own in the crontab (docs/own-configuration.md)',
    },
  },
  'page-cache': {
    title: 'keeps pages in files of the code',
    problem:
      'This drop-in stores pages on the machine that made them: a purge on one machine leaves the old page on the other.',
    remedy: {
      other:
        'remove the drop-in and its plugin: the micro-cache of nginx does this on all machines, and bootdev purges it',
    },
  },
  'object-cache': {
    title: "keeps the object cache in one machine's memory",
    problem: 'What is changed on one machine stays old on the other until its time is over: options, logins, menus.',
    remedy: {
      wordpress: 'remove this object-cache.php: without one bootdev puts the object cache into memcached',
      drupal:
        'leave the setting out: with the module memcache in the code bootdev puts caches into memcached, else they are in the database',
      other: 'memcached (the environment variable MEMCACHED)',
    },
  },
  address: {
    title: 'has an address that means one machine or one installation',
    problem:
      'It leads past the balancer, or from a copy of the site to the live one: each machine and each installation has another address.',
    remedy: {
      wordpress: 'home_url() and site_url() for addresses of the site',
      drupal: 'Url::fromRoute() or \\Drupal::request()->getSchemeAndHttpHost(), in Drupal 7 url(); no $base_url',
      other: 'the environment variable SITE_URL for addresses of the site',
    },
  },
};

export const settled: Record<Settled, string> = {
  cron: 'the admin machine runs cron, whatever this says',
  'session-folder': 'sessions are in memcached, so this folder is not used',
  'site-address': 'the address is set for each environment, before this is read',
  files: 'the folder of files is set for each environment: all machines share it',
};

const families: Readonly<Record<string, 'wordpress' | 'drupal'>> = {
  wordpress: 'wordpress',
  ...{ drupal: 'drupal', drupal7: 'drupal', backdrop: 'drupal' },
};

export function remedyFor(rule: Rule, application: string): string {
  const { remedy } = rules[rule];
  const family = families[application];
  return (family && remedy[family]) ?? remedy.other;
}
