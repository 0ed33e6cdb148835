import { once } from 'node:events';
import { request as http, type IncomingMessage } from 'node:http';
import { request as https } from 'node:https';

/**
 * One request as a visitor sends it: the status, or why there was no answer. Redirections are answers. `via`: the server that is asked,
 * wherever the URL's name leads; it is asked for that name all the same.
 */
export async function askUrl(url: string, signal: AbortSignal, via?: string): Promise<number | string> {
  try {
    const { protocol, host, hostname, pathname, search } = new URL(url);
    const [server = '', port] = (via ?? host).split(':');
    const waiting = AbortSignal.any([signal, AbortSignal.timeout(15_000)]);
    const asking = (protocol === 'https:' ? https : http)({
      ...{ host: server, port, path: pathname + search, headers: { host }, servername: hostname, signal: waiting },
    });
    const answered = once(asking, 'response');
    asking.on('error', () => undefined); // also when the answer is there and the rest is of no interest
    asking.end();
    const [answer] = (await answered) as [IncomingMessage];
    answer.destroy();
    return answer.statusCode ?? 0;
  } catch (error) {
    return (error as Error).message;
  }
}
