/** What wp-config.php and settings.php say of all machines. */
import type { Inspected, Mark, Rule, Settled } from '../finding.ts';
import { type Expression, expressionFrom, isSign } from '../php/expression.ts';

interface Setting {
  /** Its name: a constant's, or the keys of an array of settings with `/` between. */
  name: RegExp;
  /** Its value as it is written. */
  value?: RegExp;
  found: { rule: Rule } | { settled: Settled };
}

const settings: readonly Setting[] = [
  { name: /^UPLOADS$/, found: { rule: 'upload' } },
  { name: /^(?:DISABLE_WP_CRON|ALTERNATE_WP_CRON)$/, found: { settled: 'cron' } },
  { name: /^(?:WP_HOME|WP_SITEURL)$/, found: { settled: 'site-address' } },
  { name: /^(?:automated_cron\.settings\/interval|cron_safe_threshold)$/, found: { settled: 'cron' } },
  { name: /^file_(?:public|private|temp|temporary)_path$/, found: { settled: 'files' } },
  { name: /^base_url$/, value: /^https?:\/\//, found: { rule: 'address' } },
  {
    name: /^cache\/(?:default|bins\/.*)$/,
    value: /^cache\.backend\.(?:apcu|php|file)/,
    found: { rule: 'object-cache' },
  },
  { name: /^cache_(?:default_)?class\w*$/, value: /APC|FileCache|DrupalFile/i, found: { rule: 'object-cache' } },
];

export function* settingsOf({ source, kind }: Inspected): Generator<Mark> {
  if (kind !== 'settings') return;
  for (const { name, value, at } of said(source.tokens)) {
    const found = settings.find((each) => each.name.test(name) && (each.value?.test(value) ?? true));
    if (found) yield { ...found.found, at };
  }
}

/** `define('A', …)`, `Config::define('A', …)`, `$settings['a']['b'] = …`, `$base_url = …` */
function* said(tokens: Expression): Generator<{ name: string; value: string; at: number }> {
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token?.kind === 'word' && /(?:^|\\)define$/i.test(token.text) && isSign(tokens[at + 1], '(')) {
      yield { name: tokens[at + 2]?.text ?? '', value: textOf(expressionFrom(tokens, at + 4)), at };
    }
    if (token?.kind !== 'variable') continue;
    const keys: string[] = [];
    let end = at + 1;
    while (isSign(tokens[end], '[') && tokens[end + 1]?.kind === 'string' && isSign(tokens[end + 2], ']')) {
      keys.push(tokens[end + 1]?.text ?? '');
      end += 3;
    }
    if (!isSign(tokens[end], '=')) continue;
    const name = keys.length > 0 ? keys.join('/') : token.text.slice(1);
    yield { name, value: textOf(expressionFrom(tokens, end + 1)), at };
  }
}

const textOf = (expression: Expression) => expression.map(({ text }) => text).join(' ');

/** Host names by which the settings call the site, so that they can be found in the code. */
export function hostsIn({ tokens }: Inspected['source']): string[] {
  return [...said(tokens)].flatMap(({ name, value }) => {
    if (!/^(?:WP_HOME|WP_SITEURL|base_url|DOMAIN_CURRENT_SITE)$/.test(name)) return [];
    const host = /^(?:https?:\/\/)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:[:/].*)?$/i.exec(value)?.[1];
    return host && !/(?:^|\.)(?:localhost|test|local)$/i.test(host) ? [host.toLowerCase()] : [];
  });
}
