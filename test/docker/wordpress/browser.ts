/** As much of a browser as a login needs: cookies, and the site's own address, which this computer need neither resolve nor trust. */
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';

export interface Page {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** `host`: name and port, as in the address bar. */
export function newBrowser(host: string) {
  const [servername = '', port] = host.split(':');
  const cookies = new Map<string, string>();

  function ask(path: string, { method = 'GET', headers = {}, body = '' as string | Buffer } = {}): Promise<Page> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return new Promise((resolve, reject) => {
      const to = { host: '127.0.0.1', port, path, servername, rejectUnauthorized: false, agent: false };
      const options = { ...to, method, headers: { host, ...(cookie && { cookie }), ...headers } };
      const asked = request(options, async (response) => {
        for (const line of response.headers['set-cookie'] ?? []) {
          const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          if (name) cookies.set(name, value ?? '');
        }
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
      asked.on('error', reject).end(body);
    });
  }

  return {
    ask,
    post: (path: string, fields: Record<string, string>) =>
      ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: String(new URLSearchParams(fields)),
      }),
    /** As a Cookie header. */
    cookies: () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
  };
}
