/** The compose files of a replica as `docker compose` reads them: variables, merges, `extends`. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';

export interface Service {
  name: string;
  image: string;
  profiles: string[];
  replicas: number;
  /** Published on 127.0.0.1 → port inside. */
  ports: Map<number, number>;
  /** Named volume → where it is mounted. */
  volumes: Map<string, string>;
  /** The computer's own folder that it has as its code. */
  folder: string | undefined;
  environment: Record<string, string>;
  checked: boolean;
  /** All that a container is made of: another text, another container. */
  config: string;
}

export interface ComposeFiles {
  services: Map<string, Service>;
  volumes: string[];
}

interface Bind {
  source: string;
  target: string;
}

type Tree = Record<string, unknown>;

/** Throws what the client says of files or variables that it cannot use. */
export function readComposeFiles(files: readonly string[], envFile: string): ComposeFiles {
  const variables = readVariables(envFile);
  const trees = files.map((file) => read(file, variables));
  const whole = trees.reduce<Tree>((sum, tree) => merge(sum, tree), {});
  const services = Object.entries((whole.services ?? {}) as Record<string, Tree>);
  return {
    services: new Map(services.map(([name, tree]) => [name, serviceOf(name, tree)])),
    volumes: Object.keys((whole.volumes ?? {}) as Tree),
  };
}

function readVariables(envFile: string): Map<string, string> {
  let text: string;
  try {
    text = readFileSync(envFile, 'utf8');
  } catch {
    throw new Error(`couldn't find env file: ${envFile}`);
  }
  const lines = text.matchAll(/^([A-Z][A-Z0-9_]*)=(?:'([^']*)'|(.*))$/gm);
  return new Map([...lines].map(([, name = '', quoted, plain = '']) => [name, quoted ?? plain]));
}

const read = (file: string, variables: ReadonlyMap<string, string>) => interpolate(extended(file), variables) as Tree;

function extended(file: string): Tree {
  const tree = parsed(readFileSync(file, 'utf8'));
  const services = Object.entries((tree.services ?? {}) as Record<string, Tree>).map(([name, service]) => {
    const { extends: base, ...own } = service as { extends?: { file: string; service: string } };
    if (!base) return [name, service];
    const parents = extended(join(dirname(file), base.file)).services as Record<string, Tree>;
    return [name, merge(parents[base.service] ?? {}, own)];
  });
  return { ...tree, services: Object.fromEntries(services) };
}

/** The same files are read by each command of each test, and parsing was two fifths of all that those do. */
const trees = new Map<string, Tree>();
function parsed(text: string): Tree {
  const tree = trees.get(text) ?? (parse(text, { merge: true }) as Tree);
  trees.set(text, tree);
  return tree;
}

/** `${NAME}` and `${NAME:-fallback}`; one that is not set is blank, as the client warns. */
function interpolate(value: unknown, variables: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string')
    return value.replace(/\$\{(\w+)(?::-([^}]*))?\}/g, (_, name, fallback = '') => variables.get(name) || fallback);
  if (Array.isArray(value)) return value.map((each) => interpolate(each, variables));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, interpolate(each, variables)]));
}

/** Lists are put together, mappings merged, the rest replaced. */
function merge(below: Tree, above: Tree): Tree {
  const result: Tree = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const old = result[key];
    if (Array.isArray(old) && Array.isArray(value)) result[key] = [...new Set([...old, ...value])];
    else if (isMapping(old) && isMapping(value)) result[key] = merge(old, value);
    else result[key] = value;
  }
  return result;
}

const isMapping = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function serviceOf(name: string, tree: Tree): Service {
  const { deploy, ...made } = tree as { deploy?: { replicas?: string } };
  const {
    image = '',
    profiles = [],
    ports = [],
    volumes = [],
    environment = {},
    healthcheck,
  } = made as {
    image?: string;
    profiles?: string[];
    ports?: string[];
    volumes?: (string | Bind)[];
    environment?: Record<string, string>;
    healthcheck?: { disable?: boolean };
  };
  if (!/^[^:]+:[^:]+$/.test(image)) throw new Error(`service "${name}": invalid reference format`);
  return {
    ...{ name, image, profiles, environment },
    replicas: Number(deploy?.replicas ?? 1),
    ports: new Map(ports.map((port) => port.split(':').slice(-2).map(Number) as [number, number])),
    volumes: new Map(
      volumes.flatMap((each) => (typeof each === 'string' ? [each.split(':').slice(0, 2) as [string, string]] : [])),
    ),
    folder: volumes.flatMap((each) => (typeof each === 'string' ? [] : [each.source]))[0],
    checked: !healthcheck?.disable,
    config: JSON.stringify(made),
  };
}
