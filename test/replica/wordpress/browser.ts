/** As much of a browser as a login needs: cookies, and the site's own host name, which need not be resolvable here. */
import { type IncomingHttpHeaders, request } from 'node:http';

export interface Page {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export function newBrowser(address: string, host: string) {
  const cookies = new Map<string, string>();

  function ask(path: string, { method = 'GET', headers = {}, body = '' as string | Buffer } = {}): Promise<Page> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return new Promise((resolve, reject) => {
      const options = { method, agent: false, headers: { host, ...(cookie && { cookie }), ...headers } } as const;
      const asked = request(new URL(path, address), options, async (response) => {
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
