/** Settings that are valid each, and not together. Pure. */
import type { Settings } from './schema.ts';

export interface Contradiction {
  /** The setting that is too large or too small … */
  path: string;
  /** … beside this one: where the first is a default, this is what somebody wrote. */
  beside: string;
  message: string;
}

/** As `settingsSchema` has them, before anything is derived. */
type Given = Pick<Settings, 'web' | 'php' | 'database' | 'cache' | 'balancer' | 'ports' | 'aws'>;
type Row = readonly [isWrong: boolean, path: string, beside: string, message: string];

export function contradictions(settings: Given): Contradiction[] {
  return [...rows(settings), ...samePorts(settings)]
    .filter(([isWrong]) => isWrong)
    .map(([, path, beside, message]) => ({ path, beside, message: `expected ${message}` }));
}

function rows({ web, php, database, cache, balancer, aws }: Given): Row[] {
  const room = `web.memory (${web.memory}) minus 128 MB`;
  const children = `at most half of ${room}: there are at least two processes`;
  const isLvs = balancer.kind === 'lvs';
  const isMysql = database.engine === 'mysql';
  const noCache = '0: MySQL has no query cache (since version 8), only database.engine mariadb has one';
  const quarter = `at most a quarter of database.memory (${database.memory}); InnoDB needs the rest`;
  const { queryCache } = database;
  const [least, leastIs] = aws.webMin > 0 ? [aws.webMin, 'aws.webMin'] : [web.count, 'web.count'];
  const [stranger] = cache.warmCookies.filter((cookie) => {
    const [name = '', value] = cookie.split('=');
    return value !== undefined && !cache.varyCookies.includes(name); // without one it is not valid by itself
  });
  return [
    [
      ...([stranger !== undefined, 'cache.warmCookies', 'cache.varyCookies'] as const),
      `cookies of cache.varyCookies, and ${stranger} is none`,
    ],
    [php.memoryLimit > web.memory - 128, 'php.memoryLimit', 'web.memory', `at most ${room} for nginx and PHP itself`],
    [php.childMemory > (web.memory - 128) / 2, 'php.childMemory', 'web.memory', children],
    [
      ...([php.uploadLimit > php.memoryLimit, 'php.uploadLimit', 'php.memoryLimit'] as const),
      `at most php.memoryLimit (${php.memoryLimit})`,
    ],
    [
      ...([isLvs && balancer.sticky === 'cookie', 'balancer.sticky', 'balancer.kind'] as const),
      'off: LVS sees connections and no cookie; its scheduler sh keeps a visitor by his address',
    ],
    [
      ...([
        isLvs && balancer.mode === 'nat' && balancer.directors === 2,
        'balancer.directors',
        'balancer.mode',
      ] as const),
      '1: with nat every answer passes one director, which is the default gateway',
    ],
    [isMysql && queryCache > 0, 'database.queryCache', 'database.engine', noCache],
    [!isMysql && queryCache > database.memory / 4, 'database.queryCache', 'database.memory', quarter],
    [
      ...([aws.webMax > 0 && aws.webMax < least, 'aws.webMax', leastIs] as const),
      `at least ${leastIs} (${least}), or 0 for twice as many`,
    ],
  ];
}

/** 0 is any free one. */
function samePorts({ ports }: Given): Row[] {
  return Object.entries(ports).map(([name, port], index, all) => {
    const [other = ''] = all.slice(0, index).find(([, before]) => port > 0 && before === port) ?? [];
    return [other !== '', `ports.${name}`, `ports.${other}`, `another one than ports.${other} (${port})`];
  });
}
