/** Lines of the machines' logs → what they say. */
import type { BalancerLine, NginxLine } from './observed.ts';

/** The line of a request's id; undefined where there is none (yet). */
export function readBalancer(lines: readonly string[], id: string): BalancerLine | undefined {
  for (const line of lines.filter((each) => each.includes(id))) {
    const found = format.exec(line)?.groups;
    if (found?.id !== id) continue;
    const number = (name: string) => Number(found[name]);
    return {
      ...{ frontend: found.frontend ?? '', backend: found.backend ?? '', server: found.server ?? '' },
      address: /^[\d.:a-f]+$/.test(found.address ?? '') ? (found.address ?? '') : '',
      times: {
        ...{ request: number('request'), queue: number('queue'), connect: number('connect') },
        ...{ response: number('response'), all: number('all') },
      },
      ...{ status: number('status'), end: found.end ?? '', retries: number('retries') },
      redispatched: found.redispatched === '+',
    };
  }
  return undefined;
}

/** HAPROXY_HTTP_LOG_FMT, the id, the machine's address. The request in quotes may hold anything. */
const format = new RegExp(
  [
    String.raw`(?<frontend>\S+?)~? (?<backend>\S+)/(?<server>\S+) `,
    String.raw`(?<request>-?\d+)/(?<queue>-?\d+)/(?<connect>-?\d+)/(?<response>-?\d+)/\+?(?<all>-?\d+) `,
    String.raw`(?<status>-?\d+) \+?\d+ \S+ \S+ (?<end>\S{4}) `,
    String.raw`\d+/\d+/\d+/\d+/(?<redispatched>\+?)(?<retries>\d+) \d+/\d+ .*"(?:.*)" (?<id>\S+) (?<address>\S+)$`,
  ].join(''),
);

/** nginx' line for `bootdev why` of a request's id. */
export function readNginx(lines: readonly string[], id: string): NginxLine | undefined {
  for (const line of lines) {
    const at = line.indexOf('{"why":');
    if (at < 0 || !line.includes(id)) continue;
    try {
      const said = JSON.parse(line.slice(at)) as NginxLine;
      if (said.why === id) return said;
    } catch {
      // Another program's line between its two halves: as if there were none.
    }
  }
  return undefined;
}
