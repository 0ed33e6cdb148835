/** What a folder's files say, as settings and in words. Pure. */
import type { Application } from '../applications.ts';
import type { Detected } from './detection.ts';

/** As --set has them. */
export function proposal(name: string, { found, engine }: Detected): string[] {
  return [
    `site.name=${name}`,
    ...(found ? [`application=${found.application}`, `code.docroot=${found.docroot}`] : []),
    ...(engine ? [`database.engine=${engine.name}`] : []),
  ];
}

/** A line each: what was found, and what cannot be met with what to do. */
export function inWords({ found, engine, unmet }: Detected, applications: ReadonlyMap<string, Application>): string[] {
  const named = found && [applications.get(found.application)?.title, found.version].filter(Boolean).join(' ');
  return [
    ...(found ? [`${named} in ${found.docroot || 'the folder itself'} (${found.because})`] : []),
    ...(engine ? [`database.engine ${engine.name} (${engine.because})`] : []),
    ...unmet.flatMap(({ text, hint }) => [text, `  → ${hint}`]),
  ];
}
