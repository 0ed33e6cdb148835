// wait: waits for a page that another request of this machine is building, then looks into the cache again. The other request holds a slot
// (a file below /run/php-pages) with the page's id in it, and empties it at its end (docker/roles/php-fpm: prelude.php).
// failed: says that PHP did not answer (failed.conf).
// limited: says that a visitor has sent too much (limits.conf).
import fs from 'fs';

const step = 15; // milliseconds between two looks

async function wait(r) {
  const lock = (r.variables.upstream_http_x_page_lock || '').split(' '); // slot, id, patience (njs knows no destructuring)
  const began = Date.now();
  const until = began + Number(lock[2]);
  while (Date.now() < until && building(`/run/php-pages/${lock[0]}`, lock[1])) await pause(step);
  await pause(step); // nginx puts a finished page into the cache a moment after PHP has sent it
  const before = r.variables.page_waited.split(':');
  r.variables.page_waited = `${Number(before[0]) + Date.now() - began}:${Number(before[1]) + 1}`;
  r.internalRedirect('@page');
}

function building(slot, id) {
  try {
    return fs.readFileSync(slot, 'utf8') === id;
  } catch (e) {
    return false;
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const longest = {{settings.php.maxExecutionTime}}; // seconds that PHP may work on a request

function failed(r) {
  const late = Number(r.variables.request_time) > longest - 0.5;
  say(r, late ? 504 : 502, late ? 'This took too long.' : 'This did not work.', 'in a moment', 5);
}

function limited(r) {
  const kind = ['login', 'xmlrpc', 'form'].find((name) => r.variables[`limit_${name}`]);
  const first = ngx.shared.limited.add(`${kind} ${r.variables.remote_addr}`, '1');
  if (first) r.warn(`${r.variables.remote_addr} sends more than limits.${kind} allows: answered 429 (said once in ten minutes)`);
  say(r, 429, 'Too many attempts.', 'in a minute', 60);
}

function say(r, status, text, when, seconds) {
  r.headersOut['Content-Type'] = 'text/html; charset=utf-8';
  r.headersOut['Cache-Control'] = 'no-store';
  r.headersOut['Retry-After'] = String(seconds);
  r.return(status, page(text, when));
}

const page = (text, when) => `<!doctype html>
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text}</title>
<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1rem}</style>
<h1>${text}</h1><p>Please try again ${when}.</p>
`;

export default { wait, failed, limited };
