/** A port of this computer's own loopback that leads into a container, without a port of the container being published. */
import { spawn } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import { UserError } from '../../errors.ts';
import { clientEnvironment } from '../environment/docker-client.ts';
import { reasonOf } from '../guard/reasons.ts';

export interface Forward {
  port: number;
  close(): Promise<void>;
}

/** `port`: 0 is any that is free. Each connection is a run of `docker ARGS`, whose input and output it is. Throws UserError. */
export async function forward(args: readonly string[], port = 0): Promise<Forward> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    const child = spawn('docker', args, { stdio: ['pipe', 'pipe', 'ignore'], env: clientEnvironment() });
    for (const stream of [socket, child.stdin, child.stdout]) stream.on('error', () => socket.destroy());
    child.on('error', () => socket.destroy());
    socket.on('close', () => {
      open.delete(socket);
      child.kill();
    });
    socket.pipe(child.stdin);
    child.stdout.pipe(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new UserError(`Port ${port} cannot be used: ${reasonOf(error)}.`)));
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
