/** `docker compose` of the fake engine: the commands that bootdev uses, on the replica's real files. */
import { Interrupted, UserError } from '../../../src/errors.ts';
import { failure } from '../../../src/io/command.ts';
import type { Compose, compose } from '../../../src/io/compose.ts';
import type { FakeEngine } from '../engine.ts';
import { type ComposeFiles, readComposeFiles, type Service } from './compose-files.ts';
import type { FakeContainer } from './container.ts';
import { load, unpack } from './volumes.ts';

type Options = Parameters<typeof compose>[0];

export function fakeCompose(engine: FakeEngine, { files, envFile, project, signal }: Options): Compose {
  const client = new Client(engine, project, () => readComposeFiles(files, envFile));
  /** As the real one: the client's last words become an error with the command. */
  const translate = (args: string[], error: unknown) => {
    const { message, exitCode = 1 } = error as Error & { exitCode?: number };
    const ended = { stdout: '', stderr: message, exitCode };
    return failure('docker', ['compose', ...args], ended, 'bootdev doctor');
  };
  return {
    async run(args, input) {
      if (signal.aborted) throw new Interrupted();
      engine.commands.push(args.join(' '));
      try {
        const pieces: Buffer[] = [];
        for await (const piece of input ?? []) pieces.push(Buffer.from(piece));
        await client.run(args, Buffer.concat(pieces));
        return '';
      } catch (error) {
        if (error instanceof UserError) throw error; // of what makes the input
        throw translate(args, error);
      }
    },
    async *follow(args) {
      if (signal.aborted) throw new Interrupted();
      engine.commands.push(args.join(' '));
      try {
        yield* client.follow(args);
      } catch (error) {
        throw translate(args, error);
      }
    },
    build(service, base) {
      return this.follow(['build', ...(base ? ['--build-arg', `BASE=${base}`] : []), service]);
    },
    attached: (args) => client.tool(args),
  };
}

class Client {
  readonly engine: FakeEngine;
  readonly project: string;
  /** Again for each command, as the client has no memory. */
  readonly read: () => ComposeFiles;

  constructor(engine: FakeEngine, project: string, read: () => ComposeFiles) {
    this.engine = engine;
    this.project = project;
    this.read = read;
  }

  async run(args: string[], input: Uint8Array): Promise<void> {
    const [verb, ...rest] = args.filter((arg) => arg !== '--profile' && arg !== 'tools');
    if (verb === 'up') this.up(rest);
    else if (verb === 'down') {
      this.down(rest);
      if (this.engine.keepsNetwork) throw new UserError('failed to remove network: it has active endpoints');
    } else if (verb === 'run') await this.load(rest, input);
    else if (verb === 'exec' && rest.at(-2)?.endsWith('/s3/assets.py')) await this.putAssets(input);
    else unknown(args);
  }

  *follow(args: string[]): Generator<string, void> {
    const [verb, ...rest] = args;
    if (verb === 'build') yield* this.build(rest.at(-1) ?? '');
    else if (verb === 'logs') yield* this.logs(rest);
    else unknown(args);
  }

  private get own(): FakeContainer[] {
    return this.engine.containers.filter(({ project }) => project === this.project);
  }

  private service(name: string): Service {
    const service = this.read().services.get(name);
    if (!service) throw new Error(`no such service: ${name}`);
    return service;
  }

  private up(flags: string[]): void {
    const { services } = this.read();
    const desired = [...services.values()].filter(({ profiles }) => profiles.length === 0);
    const orphans = this.own.filter(({ service }) => !services.has(service.name));
    if (flags.includes('--remove-orphans')) for (const container of orphans) this.engine.remove(container);
    for (const service of desired) {
      const id = this.engine.images.get(service.image);
      const there = this.own.filter((container) => container.service.name === service.name);
      for (const container of there.filter(({ number }) => number > service.replicas)) this.engine.remove(container);
      if (service.replicas === 0) continue;
      if (!id) throw new Error(`Error response from daemon: No such image: ${service.image}`);
      this.makeVolumes(service);
      for (let number = 1; number <= service.replicas; number++) {
        this.converge(service, id, number);
      }
    }
  }

  private converge(service: Service, imageId: string, number: number): void {
    const old = this.own.find((container) => container.service.name === service.name && container.number === number);
    const same = old && old.service.config === service.config && old.imageId === imageId;
    if (old && !same) this.engine.remove(old);
    const container = same ? old : this.engine.create(this.project, service, number, imageId);
    if (container.state === 'created' || container.state === 'exited') this.engine.start(container);
  }

  private makeVolumes(service: Service): void {
    for (const key of service.volumes.keys()) {
      const name = `${this.project}_${key}`;
      if (this.engine.volumes.has(name)) continue;
      this.engine.volumes.set(name, { name, key, project: this.project, files: new Map() });
    }
  }

  private down(flags: string[]): void {
    const { volumes } = this.read();
    for (const container of this.own) this.engine.remove(container);
    if (flags.includes('--volumes')) for (const key of volumes) this.engine.volumes.delete(`${this.project}_${key}`);
  }

  /** Missing images of `run` are built, as the client does. */
  private async load(args: string[], tar: Uint8Array): Promise<void> {
    const service = this.service(args.at(-1) ?? '');
    if (!this.engine.images.has(service.image)) for (const _ of this.build(service.name));
    this.makeVolumes(service);
    const keys = new Map([...service.volumes].map(([key, mount]) => [mount, key]));
    const at = (mount: string) =>
      this.engine.volumes.get(`${this.project}_${keys.get(mount)}`)?.files ?? new Map<string, Buffer>();
    if (this.engine.diskIsFull) throw new Error('tar: releases: Cannot write: No space left on device');
    this.engine.did.push('load');
    const code = await load(tar, at, this.engine.date());
    if (code !== 0)
      throw Object.assign(new Error(`load: what arrived is damaged or lacks its base (exit ${code})`), {
        exitCode: code,
      });
  }

  /** The bucket's list of files of releases (docker/roles/s3: assets.py). */
  private async putAssets(tar: Uint8Array): Promise<void> {
    const files = await unpack(tar);
    const { ledger } = JSON.parse(files.get('changes.json')?.toString() ?? '') as { ledger: object };
    this.engine.assets = JSON.stringify(ledger);
    this.engine.did.push(`put ${[...files.keys()].slice(1).join(' ')}`);
  }

  private *build(name: string): Generator<string, void> {
    const { image } = this.service(name);
    this.engine.did.push(`build ${name}`);
    yield `#1 building ${image}`;
    const broken = this.engine.brokenBuilds.get(name);
    yield* broken ?? [];
    if (broken) throw new Error('failed to solve: the process did not complete successfully: exit code: 1');
    this.engine.images.set(image, this.engine.newId());
  }

  /** `web-1  | line`, as the client has it. A line of the fake may begin with its own time. */
  private logs(args: string[]): string[] {
    const [service] = args.filter(
      (arg, index) => !arg.startsWith('--') && !args[index - 1]?.match(/^--(tail|index|since)$/),
    );
    const value = (flag: string) => args[args.indexOf(flag) + 1] ?? '';
    const index = args.includes('--index') ? Number(value('--index')) : undefined;
    const since = args.includes('--since') ? Date.now() - Number(/^(\d+)s$/.exec(value('--since'))?.[1]) * 1000 : 0;
    const tail = value('--tail') === 'all' ? undefined : -Number(value('--tail'));
    if (service) this.service(service);
    const chosen = this.own.filter(
      (each) => (!service || each.service.name === service) && (!index || each.number === index),
    );
    return chosen.flatMap((each) =>
      each.log.slice(tail).flatMap((line) => {
        const timed = /^\d{4}-/.test(line) ? line : `2026-11-28T12:00:00.000000000Z ${line}`;
        if (Date.parse(timed.replace(/ .*/, '')) < since) return [];
        const shown = args.includes('--timestamps') ? timed : timed.replace(/^\S+ /, '');
        return `\u001b[K${each.service.name}-${each.number}  | ${shown}`;
      }),
    );
  }

  /** With --rm: gone when the command ends. */
  async tool(args: string[]): Promise<number> {
    const [verb, rm, ...rest] = args.filter((arg) => arg !== '-T');
    const [service = '', ...command] = rest;
    if (verb !== 'run' || rm !== '--rm') unknown(args);
    const { config } = this.service(service);
    const { volumes, labels } = JSON.parse(config) as { volumes: unknown[]; labels: Record<string, string> };
    const tool = { id: this.engine.newId(), project: this.project, holder: labels['bootdev.holder'] ?? '' };
    const made = { ...tool, command, mounts: volumes.filter((each) => typeof each !== 'string') };
    this.engine.tools.push(made);
    this.engine.did.push(`tool ${command.join(' ')}${args.includes('-T') ? '' : ' (tty)'}`);
    const code = await this.engine.toolRuns(made);
    this.engine.tools.splice(this.engine.tools.indexOf(made), 1);
    return code;
  }
}

function unknown(args: string[]): never {
  throw new Error(`the fake engine does not know: docker compose ${args.join(' ')}`);
}
