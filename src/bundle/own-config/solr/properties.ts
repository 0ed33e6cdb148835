/** solrcore.properties, and ${…} in the other files, which Solr replaces by its values or by properties of the whole process. Pure. */
import type { Problem } from '../own-config.ts';

export type Properties = ReadonlyMap<string, string>;

/** What run/solr starts Solr with, and configurations ask for. */
const given: Properties = new Map([['solr.install.dir', '/opt/solr']]);

/** Others are of the core itself (name, dataDir, config, solr.core.name) or of the process. */
const his = /^solr\.(?!core\.)[\w.-]+$/;

export function readProperties(path: string, text: string): { properties: Properties; problems: Problem[] } {
  const properties = new Map(given);
  const problems: Problem[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const refuse = (why: string) => problems.push({ path, line: index + 1, text: why });
    if (/^\s*(?:[#!].*)?$/.test(line)) continue;
    const [, key, value = ''] = /^\s*([\w.-]+)\s*[=:]\s*([^\\]*?)\s*$/.exec(line) ?? [];
    if (!key) refuse('this line is not "name=value" without a backslash.');
    else if (!his.test(key))
      refuse(`${key}: only names that begin with "solr." are a configuration's, and not solr.core.*.`);
    else if (/\$\{/.test(value)) refuse(`${key}: a value with another one in it is not read.`);
    else properties.set(key, value);
  }
  return { properties, problems };
}

/** The text with what Solr puts into it, or why not. */
export function substitute(text: string, properties: Properties): { text: string } | { why: string } {
  let why: string | undefined;
  const filled = text.replace(/\$\{([^${}]*)\}/g, (_, inside: string) => {
    const [, name = '', fallback] = /^([^:]*)(?::(.*))?$/s.exec(inside) ?? [];
    const value = properties.get(name) ?? (his.test(name) ? fallback : undefined);
    if (value === undefined)
      why ??= `\${${name}} has no value: put it into solrcore.properties, or write \${solr.name:default}. Other properties of the machine are not for a configuration.`;
    return value ?? '';
  });
  if (!why && /\$\{/.test(filled)) why = 'a value within another value is not read.';
  return why ? { why } : { text: filled };
}
