/** A start that meets something bad: a program that ends, a port that is taken. */
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { copyOfPackage, light, newReplica } from './replica.ts';

it('ends at once with the log of the container that ended', async () => {
  const broken = await copyOfPackage();
  await writeFile(join(broken.dir, 'docker/roles/mysql/run/mysqld'), '#!/bin/sh\necho "no such luck" >&2\nexit 3\n');
  const other = await newReplica(`site: { name: unlucky }\n${light}`, { program: broken.program });
  try {
    const { code, stderr } = await other.bootdev('up');
    expect(code).toBe(1);
    expect(stderr).toContain('mysql ended');
    expect(stderr).toContain('no such luck');
    expect(stderr).toContain('bootdev logs mysql');
    expect(stderr).not.toContain('Not healthy after');
  } finally {
    await other.remove();
    await rm(broken.dir, { recursive: true });
  }
});

it('a busy port is left for the next, said, and remembered', async () => {
  const other = await newReplica(`site: { name: ports }\n${light}`, { ports: {} });
  const servers = await Promise.all([8080, 8081].map((port) => listen(port)));
  try {
    const { stderr } = await other.ensure('up');
    expect(stderr).toMatch(/Port 8080 is taken by another program; http is at 80\d\d/);
    const url = await other.url();
    await other.ensure('down');
    for (const server of servers) server?.close();
    await other.ensure('up');
    expect(await other.url()).toBe(url);
  } finally {
    for (const server of servers) server?.close();
    await other.remove();
  }
});

/** Undefined where the port is taken already: just as busy. */
const listen = (port: number) =>
  new Promise<ReturnType<typeof createServer> | undefined>((resolve) => {
    const server = createServer().once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
