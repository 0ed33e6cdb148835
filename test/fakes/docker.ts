/** The part of Docker's API that reading a replica needs: its containers, and `machine health` on each. On a socket in a folder. */
import { createServer } from 'node:http';
import { join } from 'node:path';

export interface FakeContainer {
  service: string;
  number: number;
  health: 'healthy' | 'unhealthy' | 'starting';
  /** What `machine health` ends with. */
  report: object;
}

export async function fakeDocker(dir: string, containers: FakeContainer[]) {
  const socket = join(dir, 'docker.sock');
  const server = createServer((request, response) => {
    const json = (body: unknown) => response.end(JSON.stringify(body));
    const [, id = ''] = /\/(?:containers|exec)\/(\d+)\//.exec(request.url ?? '') ?? [];
    request.resume();
    if (request.url?.startsWith('/info')) json({ Architecture: process.arch === 'arm64' ? 'aarch64' : 'x86_64' });
    else if (request.url?.startsWith('/containers/json')) {
      json(
        containers.map(({ service, number, health }, index) => ({
          ...{ Id: String(index), State: 'running', Status: `Up 3 minutes (${health})`, Image: `bootdev/${service}:1` },
          Labels: { 'com.docker.compose.service': service, 'com.docker.compose.container-number': String(number) },
        })),
      );
    } else if (request.url?.endsWith('/exec')) json({ Id: id });
    else if (request.url?.endsWith('/start')) {
      const text = Buffer.from(JSON.stringify(containers[Number(id)]?.report));
      const header = Buffer.alloc(8);
      header[0] = 1;
      header.writeUInt32BE(text.length, 4);
      response.writeHead(200, { 'content-type': 'application/vnd.docker.raw-stream' });
      response.end(Buffer.concat([header, text]));
    } else json({ ExitCode: containers[Number(id)]?.health === 'healthy' ? 0 : 1 });
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return { env: { DOCKER_HOST: `unix://${socket}` }, stop: () => server.close() };
}
