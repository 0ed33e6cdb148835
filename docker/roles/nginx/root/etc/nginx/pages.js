// wait: waits for a page that another request of this machine is building, then looks into the cache again. The other request holds a slot
// (a file below /run/php-pages) with the page's id in it, and empties it at its end (docker/roles/php-fpm: prelude.php).
// failed: says that PHP did not answer (failed.conf).
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
  r.headersOut['Content-Type'] = 'text/html; charset=utf-8';
  r.headersOut['Cache-Control'] = 'no-store';
  r.headersOut['Retry-After'] = '5';
  r.return(late ? 504 : 502, page(late ? 'This took too long.' : 'This did not work.'));
}

const page = (text) => `<!doctype html>
<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text}</title>
<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1rem}</style>
<h1>${text}</h1><p>Please try again in a moment.</p>
`;

export default { wait, failed };
