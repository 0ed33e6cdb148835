// Waits for a page that another request of this machine is building, then looks into the cache again. The other request holds a slot
// (a file below /run/php-pages) with the page's id in it, and empties it at its end (docker/roles/php-fpm: prelude.php).
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

export default { wait };
