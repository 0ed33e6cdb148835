import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { clientEnvironment } from '../../../src/io/environment/docker-client.ts';

afterEach(() => vi.unstubAllEnvs());
const given = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 'x']));

test('what leads to the engine and to registries stays (E9)', () => {
  const names = [
    ...['PATH', 'LANG', 'LC_ALL', 'TMPDIR', 'DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CONFIG', 'DOCKER_CERT_PATH'],
    ...[
      'DOCKER_TLS_VERIFY',
      'SSH_AUTH_SOCK',
      'https_proxy',
      'HTTPS_PROXY',
      'no_proxy',
      'SSL_CERT_FILE',
      'XDG_RUNTIME_DIR',
    ],
    ...['DBUS_SESSION_BUS_ADDRESS', 'AWS_PROFILE', 'WSL_INTEROP'],
  ];
  vi.stubEnv('HOME', '/home/ann');
  expect(clientEnvironment(given(names))).toEqual({ ...given(names), HOME: '/home/ann' });
});

test('what would change a replica does not (E7, E9)', () => {
  const names = [
    ...['COMPOSE_PROFILES', 'COMPOSE_FILE', 'COMPOSE_PROJECT_NAME', 'COMPOSE_ENV_FILES', 'COMPOSE_PARALLEL_LIMIT'],
    ...[
      'DOCKER_DEFAULT_PLATFORM',
      'DOCKER_BUILDKIT',
      'BUILDX_BUILDER',
      'BUILDX_CONFIG',
      'BUILDKIT_HOST',
      'SOURCE_DATE_EPOCH',
    ],
  ];
  expect(Object.keys(clientEnvironment(given(names)))).toEqual(['HOME']);
});

test('no variable of a compose file is the shell’s', () => {
  const files = readdirSync('compose').filter((name) => name.endsWith('.yaml'));
  const text = files.map((name) => readFileSync(join('compose', name), 'utf8')).join('');
  const names = [...text.matchAll(/\$\{(\w+)/g)].map(([, name = '']) => name);
  expect(names).toEqual(expect.arrayContaining(['SOLR_VERSION', 'BOOTDEV_WEB']));
  expect(Object.keys(clientEnvironment(given(names)))).toEqual(['HOME']);
});
