/** A site's own keys of bootdev/mysql/ in RDS's parameter group: the same lines as in the replica's my.cnf, in the template that is deployed. */

import { ownKeys } from '../../bundle/own-config/mysql.ts';
import { mysqlKeys } from '../../bundle/own-config/mysql-keys.ts';
import { type OwnConfig, placeOf } from '../../bundle/own-config/own-config.ts';
import { UserError } from '../../errors.ts';
import type { Settings } from '../../settings/schema.ts';

/** Throws UserError where a key cannot be the same on RDS. */
export function refuseForRds(own: OwnConfig): void {
  const refused = ownKeys(own).filter(({ key }) => !mysqlKeys.get(key)?.rds);
  if (refused.length === 0) return;
  const lines = refused.map(
    ({ path, line, key }) => `\n  ${placeOf(path, line)}  ${key}: RDS lets no parameter group set it.`,
  );
  throw new UserError(`The database could not be the same on AWS:${lines.join('')}`, {
    hint: 'remove these lines, then: bootdev up',
  });
}

/** `templates`: name → text, of which 30-data.yaml has the parameter groups. */
export function withOwnParameters(
  templates: ReadonlyMap<string, string>,
  { database: { engine } }: Pick<Settings, 'database'>,
  own: OwnConfig,
): Map<string, string> {
  const keys = new Map(ownKeys(own).map(({ key, value }) => [key, rdsValue(key, value)]));
  return new Map(
    [...templates].map(([name, text]) => [
      name,
      name === '30-data.yaml' && keys.size > 0 ? edited(text, engine, keys) : text,
    ]),
  );
}

function edited(template: string, engine: string, keys: ReadonlyMap<string, string>): string {
  const group = engine === 'mysql' ? 'MysqlParameters' : 'MariadbParameters';
  const pattern = new RegExp(`(\\n {2}${group}:\\n[^]*?\\n {6}Parameters:\\n)((?: {8}.*\\n)+)`);
  if (!pattern.test(template)) throw new Error(`30-data.yaml has no ${group} with Parameters`);
  return template.replace(pattern, (_, before: string, lines: string) => {
    const kept = lines.replace(/^ {8}(\w+): .*\n/gm, (line, key: string) => (keys.has(key) ? '' : line));
    return `${before}${kept}${[...keys].map(([key, value]) => `        ${key}: '${value.replaceAll("'", "''")}'\n`).join('')}`;
  });
}

const units: Record<string, number> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** A parameter group takes bytes and 0 or 1, where my.cnf may say 64K and ON. */
function rdsValue(key: string, value: string): string {
  const [, number, unit] = /^(\d+)([KMG])$/i.exec(value) ?? [];
  if (number && unit) return String(Number(number) * (units[unit.toUpperCase()] ?? 1));
  if (key === 'event_scheduler') return value.toUpperCase(); // the one that is ON or OFF there too
  if (/^(?:on|true)$/i.test(value)) return '1';
  return /^(?:off|false)$/i.test(value) ? '0' : value;
}
