/** A replica's balancer as containers of an engine in the test kernel: the product's compose files, the web machines no more than a name. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { makeBundle } from '../../../src/bundle/bundle.ts';
import { imageTags } from '../../../src/images/tags.ts';
import { targetFile } from '../../../src/machines/target.ts';
import { composeFiles } from '../../../src/project/compose-files.ts';
import { readSources } from '../../../src/project/sources.ts';
import { envFile } from '../../../src/replica/up/env-file.ts';
import { completeSettings, type SettingsInput } from '../../../src/settings/schema.ts';
import { imageOf } from '../../scenarios/images.ts';
import { startKernel } from './kernel.ts';
import { bundleFiles, file } from './lvs.ts';

const ports = { https: 8443, http: 8080, s3: 8081, mail: 8082 };
/** What the other machines need is not asked for. */
const light = {
  web: { count: 2 },
  files: { store: 'volume' },
  search: { engine: 'none' },
  code: { mode: 'release' },
} as const;

/** In place of the web machines: something that answers at their place. */
const web = `services:
  web:
    image: bootdev/lb:\${BOOTDEV_IMAGE_LB}
    entrypoint: [haproxy, -db, -f, /web.cfg]
    volumes: ["/kernel/web.cfg:/web.cfg:ro"]
    healthcheck: { disable: true }
`;

export type EngineReplica = Awaited<ReturnType<typeof startEngine>>;

export async function startEngine(image: string) {
  const sources = await readSources('.');
  const lb = await imageOf('lb');
  const kernel = await startKernel(
    image,
    [file('compose/web.yaml', web), ...[...sources.compose].map(([path, bytes]) => file(`compose/${path}`, bytes))],
    { megabytes: 1536 },
  );
  const folder = await mkdtemp(join(tmpdir(), 'bootdev-engine-'));
  try {
    await execa('docker', ['save', '--output', join(folder, 'lb.tar'), lb ?? '']);
    await kernel.copy(join(folder, 'lb.tar'), '/lb.tar');
  } finally {
    await rm(folder, { recursive: true });
  }
  await kernel.exec('engine /lb.tar');

  const compose = (command: string) => kernel.exec(`cd /compose && docker compose ${command} 2>&1`);
  return {
    kernel,
    /** The balancer of these settings and two web machines. */
    async up(balancer: NonNullable<SettingsInput['balancer']>): Promise<void> {
      const settings = completeSettings({ ...light, balancer: { kind: 'lvs', ...balancer } });
      const bundle = [...makeBundle(settings, sources.docker).machines.values()].filter(({ kind }) =>
        ['lb', 'tls'].includes(kind),
      );
      const target = targetFile({ WEB_HOST: 'web', SITE_URL: 'https://site.localhost' });
      const tags = new Map([...imageTags(settings, sources.docker, 'packages'), ['lb', lb?.split(':')[1] ?? '']]);
      const files = `${composeFiles(settings).join(':')}:web.yaml`;
      const env = envFile(
        { project: 'site', settings, sources, state: { ports } },
        { from: 'packages', tags, ca: '/dev/null' },
        ports,
      ).replace(/^COMPOSE_FILE=.*$/m, `COMPOSE_FILE=${files}`);
      await kernel.exec('rm -rf /volumes');
      await kernel.add([
        file('compose/.env', env),
        file('volumes/bundle/targets/test.env', target),
        ...bundle.flatMap(bundleFiles).map(({ path, ...entry }) => ({ path: `volumes/${path}`, ...entry })),
        ...bundle.map(({ kind, digest }) => file(`volumes/bundle/desired/${kind}`, `${digest} test\n`)),
      ]);
      await compose('up --no-build --no-start lb tls web');
      await kernel.exec(`
        mkdir -p /volumes/secrets-lb && cd /volumes/secrets-lb
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -keyout key -out certificate 2>/dev/null
        cat key certificate >site.pem
        for name in bundle secrets-lb; do
          cp -r /volumes/$name/. "$(docker volume inspect --format '{{.Mountpoint}}' site_$name)"
        done`);
      await compose('up --no-build --detach lb tls web');
    },
    exec: (container: string, command: string) => kernel.exec(`docker exec site-${container} ${command}`),
    /** By network. */
    async addresses(container: string): Promise<Record<string, string>> {
      const found = JSON.parse(
        await kernel.exec(`docker inspect --format '{{json .NetworkSettings.Networks}}' site-${container}`),
      ) as Record<string, { IPAddress: string; Gateway: string }>;
      return Object.fromEntries(
        Object.entries(found).map(([name, { IPAddress }]) => [name.replace('site_', ''), IPAddress]),
      );
    },
    gateway: (network: string) =>
      kernel.exec(`docker network inspect --format '{{(index .IPAM.Config 0).Gateway}}' site_${network}`),
    down: () => compose('down --volumes --timeout 5'),
    off: () => kernel.off(),
  };
}
