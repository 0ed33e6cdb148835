import { randomBytes } from 'node:crypto';
import { Interrupted, UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Container } from '../../io/docker.ts';
import { proxyKind } from '../../machines/table.ts';
import type { Context } from '../../project/context.ts';
import { findMachines, refuseOlder } from '../../replica/find.ts';
import { isHit } from './cdn.ts';
import { explain } from './explain.ts';
import type { BalancerLine, NginxLine } from './observed.ts';
import { readBalancer, readNginx } from './read.ts';
import { makeRequest, type WhyOptions } from './request.ts';

type Machines = ReadonlyMap<string, Container>;

/**
 * Asks for an address as a visitor does, finds the request in the machines' logs by its id, and says why it was answered so. False: a machine that
 * answered did not say. Throws UserError.
 */
export async function* why(context: Context, options: WhyOptions): AsyncGenerator<Event, boolean> {
  const { io, settings, signal } = context;
  const { fresh = false, typed = options.url } = options;
  const { url, visit } = makeRequest(context, options);
  const machines = await findMachines(context);
  const proxies = [...machines].filter(
    ([, { service, state }]) => service === proxyKind(settings) && state === 'running',
  );
  if (proxies.length === 0) throw new UserError('The balancer is not running.', { hint: 'bootdev up' });
  const secret = randomBytes(16).toString('hex');
  const told = [...machines].filter(([, { service, state }]) => service === 'web' && state === 'running');
  try {
    const [ca] = await Promise.all([
      certificateAuthority(context, machines),
      ...told.map((machine) => begin(context, machine, [secret, fresh ? 'fresh' : 'asked'])),
    ]);
    const cdn = settings.cdn.enabled ? { fresh } : undefined;
    const past: Record<string, string> = cdn && fresh ? { 'bootdev-past-cdn': '1' } : {};
    const answer = await io.network.visit({
      ...visit,
      ca,
      headers: { ...visit.headers, ...past, 'bootdev-why': secret },
    });
    if (signal.aborted) throw new Interrupted();
    if (typeof answer === 'string')
      throw new UserError(`${url} does not answer: ${answer}.`, { hint: 'bootdev logs lb --tail 20' });
    const id = readId(answer.headers['x-request-id']);
    const kept = cdn && isHit(answer.headers['x-cache']?.[0]?.split(' ')[0] ?? '');
    const lines = id && !kept ? await findLines(context, { proxies, told }, id) : {};
    const now = await findMachines(context);
    const observed = {
      ...{ url, answer, cdn, lb: lines.lb, nginx: lines.nginx },
      machine:
        lines.proxy?.replace(/^tls-/, 'web-') ??
        [...now].find(([, { address }]) => address !== '' && address === lines.lb?.address)?.[0],
      web: [...now]
        .filter(([, { service }]) => service === 'web')
        .map(([name, each]) => ({ name, state: stateOf(each) })),
      settings: {
        ...settings.cache,
        domain: settings.site.domain,
        application: settings.application,
        algorithm: settings.balancer.algorithm,
        ...(settings.balancer.kind === 'lvs' ? { scheduler: settings.balancer.scheduler } : {}),
      },
    };
    const said = explain(observed, { id, typed });
    yield { type: 'why', why: said };
    return said.layers.every(({ reason }) => reason !== 'no-line');
  } finally {
    await Promise.all(told.map(([, { id }]) => io.docker.exec(id, [script, 'end', secret]).catch(() => undefined)));
  }
}

const script = '/etc/bootdev/current/roles/nginx/why.sh';

/** From now on nginx of this machine tells of a request with this secret. One that stops meanwhile need not. */
async function begin({ io }: Context, [name, { id }]: [string, Container], args: string[]): Promise<undefined> {
  const said = await io.docker.exec(id, [script, 'begin', ...args], { timeout: 10_000 }).catch(() => undefined);
  if (!said) return undefined;
  refuseOlder(said, name);
  if (said.code !== 0) throw new UserError(`${name} refused: ${said.stderr.trim()}`, { hint: `bootdev logs ${name}` });
}

/** Any machine of the site has it; undefined where none of them runs. */
async function certificateAuthority({ io }: Context, machines: Machines): Promise<string | undefined> {
  for (const [, { id, service, state }] of machines) {
    if (!['web', 'admin'].includes(service) || state !== 'running') continue;
    const said = await io.docker.exec(id, ['cat', '/run/secrets/app/site-ca.pem']).catch(() => undefined);
    if (said?.code === 0 && said.stdout.includes('BEGIN CERTIFICATE')) return said.stdout;
  }
  return undefined;
}

/** The balancer's word, a UUID, or the CDN's: what stands there in another form is the site's, and finds nothing. */
const readId = (values: readonly string[] = []) => values.find((each) => /^[0-9a-f-]{32,36}$/.test(each));

/** How many lines of a machine's log are read: a second of a very busy one. */
const most = 2_000;
/** How often: nginx writes its lines each half second, and Docker a moment later. */
const tries = 16;

interface Told {
  /** Those with haproxy's log. */
  proxies: [string, Container][];
  /** Those with nginx'. */
  told: [string, Container][];
}

async function findLines(context: Context, { proxies, told }: Told, id: string) {
  const { docker, clock } = context.io;
  const tail = (container: Container) => docker.logTail(container.id, most).catch(() => []);
  const found: { lb?: BalancerLine; proxy?: string; nginx?: { machine: string; line: NginxLine } } = {};
  for (let attempt = 0; attempt < tries && !context.signal.aborted; attempt++) {
    for (const [name, container] of found.lb ? [] : proxies) {
      const line = readBalancer(await tail(container), id);
      if (line) Object.assign(found, { lb: line, ...(name.startsWith('tls-') ? { proxy: name } : {}) });
    }
    for (const [machine, container] of told) {
      const line = readNginx(await tail(container), id);
      if (line) found.nginx = { machine, line };
    }
    // What the balancer answered by itself is in no other log.
    if (found.lb && (found.nginx || found.lb.address === '' || told.length === 0)) break;
    await clock.pause(250, context.signal);
  }
  return found;
}

const stateOf = ({ state, health }: Container) => (state === 'running' && health !== 'none' ? health : state);
