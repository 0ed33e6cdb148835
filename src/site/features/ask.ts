/** What the site itself sees: one program on a web machine asks all parts (docker/roles/php-cli: etc/php/features/ask.php). */
import type { Container } from '../../io/docker.ts';
import type { Application } from '../../project/applications.ts';
import type { Context } from '../../project/context.ts';
import type { Feature } from './list.ts';
import type { Answer } from './row.ts';

const program = '/etc/bootdev/current/etc/php/features/ask.php';

/** Milliseconds: it ends by itself after five seconds. */
const patience = 9_000;

interface SiteAnswers {
  answers: Map<string, Answer>;
  /** Modules that the site has enabled. */
  enabled?: ReadonlySet<string>;
  /** Secrets that it can read, by name. */
  secrets?: ReadonlySet<string>;
}

/** Nothing where no web machine runs, or where its files are of an older bootdev. */
export async function askMachine(
  { io, signal }: Pick<Context, 'io' | 'signal'>,
  machines: ReadonlyMap<string, Container>,
  application: Application,
  features: readonly Feature[],
): Promise<SiteAnswers> {
  const web = [...machines]
    .filter(([, { service, state }]) => service === 'web' && state === 'running')
    .sort(([, one], [, other]) => one.number - other.number); // the engine lists the newest first
  const [[here, { id }] = ['', { id: '' }], ...others] = web;
  if (!here) return { answers: new Map() };
  const { at, in: below } = application.files;
  const input = {
    asks: [...features.map(({ name }) => name), 'modules', 'secrets'],
    here,
    others: Object.fromEntries(others.map(([name, { address }]) => [name, address])),
    files: {
      folder: ['/srv/files/public', ...(below ? [below] : [])].join('/'),
      url: `/${at ?? 'files'}`,
    },
    page: application.features['object-cache']?.page ?? '/',
    needsDocuments: (application.features.search?.modules ?? []).length > 0,
  };
  const options = { input: JSON.stringify(input), timeout: patience, signal };
  const { code, stdout } = await io.docker.exec(id, ['site', 'php', program], options).catch((error) => {
    if (signal.aborted) throw error;
    return { code: -1, stdout: '' }; // stopped meanwhile, or too slow
  });
  return code === 0 ? readAnswers(stdout) : { answers: new Map() };
}

/** Nothing where it is not what the program says: its machine has another one's. */
function readAnswers(text: string): SiteAnswers {
  try {
    const said = JSON.parse(text) as Record<string, Answer & { names?: string[] | null }>;
    const { modules, secrets, ...answers } = said;
    return {
      answers: new Map(Object.entries(answers)),
      ...(modules?.names ? { enabled: new Set(modules.names) } : {}),
      ...(secrets?.names ? { secrets: new Set(secrets.names) } : {}),
    };
  } catch {
    return { answers: new Map() };
  }
}
