import { request as http, type IncomingMessage } from 'node:http';
import { request as https } from 'node:https';

export interface Page {
  status: number;
  /** Where a redirect leads. */
  location?: string;
  headers: IncomingMessage['headers'];
  /** The beginning of the text, at most 64 kB. */
  body: string;
}

interface Visit {
  signal: AbortSignal;
  /** The server that is asked, wherever the URL's name leads; it is asked for that name all the same. */
  via?: string | undefined;
  cookie?: string | undefined;
}

const most = 65_536;

/** One request as a visitor sends it: the answer, or why there was none. Redirections are answers. */
export async function askUrl(url: string, { signal, via, cookie }: Visit): Promise<Page | string> {
  try {
    const { protocol, host, hostname, pathname, search } = new URL(url);
    const [server = '', port] = (via ?? host).split(':');
    const waiting = AbortSignal.any([signal, AbortSignal.timeout(15_000)]);
    return await new Promise<Page>((resolve, reject) => {
      const asking = (protocol === 'https:' ? https : http)({
        ...{ host: server, port, path: pathname + search, servername: hostname, signal: waiting },
        headers: { host, ...(cookie ? { cookie } : {}) },
      });
      asking.on('error', reject).on('response', (answer) => {
        const { statusCode: status = 0, headers } = answer;
        let body = '';
        const end = () => {
          const { location } = headers;
          resolve({ status, headers, body: body.slice(0, most), ...(location ? { location } : {}) });
          answer.destroy();
        };
        answer.setEncoding('utf8').on('data', (text: string) => {
          body += text;
          if (body.length >= most) end();
        });
        answer.on('error', reject).on('end', end);
      });
      asking.end();
    });
  } catch (error) {
    return (error as Error).message;
  }
}
