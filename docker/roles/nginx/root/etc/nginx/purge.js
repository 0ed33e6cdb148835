// The door for purges (purge.conf): asks this machine's PHP and the doors of the other web machines, and adds up their answers. Here and not
// in PHP, since two machines that wait for each other in their only process would wait for ever.

const settle = 60; // milliseconds: a page that PHP has just let through before the mark is then with nginx, and found

async function purge(r) {
  // The lines of the body; without a body the address of the request itself (`*` at its end works there too).
  r.variables.purge_lines = r.requestText || `http://${r.variables.host}${r.variables.request_uri}`;
  const marked = await here(r, 'mark');
  if (marked.error) return answer(r, marked.status, { error: marked.error });
  const passOn = r.headersIn['X-Bootdev-Purge'] !== 'here';
  const others = passOn && marked.others ? marked.others : [];
  const removed = pause(settle).then(() => here(r, 'remove'));
  const answers = await Promise.all([removed].concat(others.map((address) => there(r, address))));
  const failed = answers.filter((each) => each.error);
  if (passOn && !marked.others) failed.push({ address: '@WEB_HOST@', error: 'a name without addresses: the other machines are not known' });
  if (!passOn) return answer(r, failed.length ? 500 : 200, answers[0]);
  const machines = answers.filter((each) => !each.error);
  answer(r, failed.length ? 502 : 200, {
    pages: machines.reduce((sum, each) => sum + each.pages, 0),
    machines: machines.map((each) => ({ machine: each.machine, pages: each.pages })),
    failed: failed.map((each) => ({ machine: each.machine || each.address || 'this machine', error: each.error })),
  });
}

async function here(r, step) {
  const said = await r.subrequest('/-/here', { args: `step=${step}` });
  return read(said.status, said.responseText);
}

async function there(r, address) {
  try {
    const said = await ngx.fetch(`http://${address}:82/`, {
      method: 'PURGE',
      headers: { Authorization: r.headersIn.Authorization, 'X-Bootdev-Purge': 'here' },
      body: r.variables.purge_lines,
    });
    const text = await said.text();
    const found = read(said.status, text);
    found.address = address;
    return found;
  } catch (e) {
    return { address: address, error: e.message };
  }
}

function read(status, text) {
  let said;
  try {
    said = JSON.parse(text);
  } catch (e) {
    said = { error: `status ${status}` };
  }
  said.status = status;
  return said;
}

function answer(r, status, body) {
  delete body.status;
  r.headersOut['Content-Type'] = 'application/json';
  r.return(status, `${JSON.stringify(body)}\n`);
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export default { purge };
