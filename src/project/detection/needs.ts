/** What the code was used to elsewhere, beside what machines have: which database, and what cannot be met. Pure. */
import { phpSeries } from '../../machines/php.ts';
import type { Settings } from '../../settings/schema.ts';
import type { Application } from '../applications.ts';
import { canMeet } from '../composer/constraint.ts';
import type { Others, Said } from './others.ts';

type Engine = Settings['database']['engine'];

export interface Needs {
  /** Undefined: nothing speaks for one or the other. */
  engine?: { name: Engine; because: string };
  /** What machines do not have, and what to do. */
  unmet: { text: string; hint: string }[];
}

export function needsOf({ php, services, packages }: Others, application?: Application): Needs {
  const engine = engineOf(services, application);
  const wishes = [...services, ...packages];
  const wish = (pattern: RegExp) => wishes.find(({ word }) => pattern.test(word));
  const unmet = [
    ...php.filter(({ word }) => !canMeet(`${word}.*`, phpSeries)).map(otherPhp),
    ...missing(wish(/^(?:postgres)/i), 'PostgreSQL', {
      has: 'a MySQL or a MariaDB server',
      hint: 'move its tables to one of them first, with pgloader or the application’s own export',
    }),
    ...missing(wish(/^(?:redis|valkey|predis\/predis$|drupal\/redis$|wpackagist-plugin\/redis-cache$)/i), 'Redis', {
      has: 'memcached',
      hint: 'let caches use memcached, or leave them in the database: without its settings for Redis the site does that by itself',
    }),
  ];
  return { ...(engine ? { engine } : {}), unmet };
}

function engineOf(services: readonly Said[], application?: Application): Needs['engine'] {
  const others = { mysql: 'mariadb', mariadb: 'mysql' } as const;
  for (const name of ['mysql', 'mariadb'] as const) {
    const why = application?.databases[name];
    if (why) return { name: others[name], because: `${application.title} does not run on ${name}: ${why}` };
  }
  const said = services.flatMap(({ word, because }) => {
    const name = /^(?:oracle-)?(mysql|mariadb)\b/i.exec(word)?.[1]?.toLowerCase() as Engine | undefined;
    return name ? [{ name, because }] : [];
  });
  return said[0];
}

const otherPhp = ({ word, because }: Said) => ({
  text: `PHP ${word} (${because}): the machines have PHP ${phpSeries}.`,
  hint: /^\D*[4-7]\b/.test(word)
    ? 'bring the code to PHP 8 first; nobody fixes older ones any more'
    : 'most code runs on it too; what it says is in bootdev logs web-1',
});

const missing = (said: Said | undefined, name: string, { has, hint }: { has: string; hint: string }) =>
  said ? [{ text: `${name} (${said.because}): there is ${has} instead.`, hint }] : [];
