// What decided an answer, for `bootdev why` (why.conf): known says whether a request is one of its; look reads what is stored for it, before it is
// answered; line is the line of the log, read by src/site/why. Names of cookies are in it, their values are not.
import crypto from 'crypto';
import fs from 'fs';

const encodings = ['', 'gzip', 'br'];
const varied = '{{derived.varyCookies}}' ? '{{derived.varyCookies}}'.replace(/\$cookie_/g, '').split(';') : [];
// The lists of cache.conf.
const kinds = [
  { kind: 'session', names: /^(?:{{derived.sessionCookies}})$/i },
  { kind: 'vary', names: /^(?:{{derived.varyCookieNames}})$/i },
  { kind: 'harmless', names: /^(?:{{derived.harmlessCookies}})$/i },
];
const credentials = [
  'Authorization', 'Proxy-Authorization', 'X-Authorization', 'X-Api-Key', 'Api-Key', 'Apikey', 'X-Auth-Token', 'X-Access-Token', 'X-Auth', 'X-Token',
  'X-Session-Token', 'X-Session-Id', 'X-User-Token', 'Private-Token', 'X-Csrf-Token', 'X-Wp-Nonce', 'X-Http-Method', 'X-Http-Method-Override',
  'X-Method-Override',
];

function known(r) {
  try {
    return fs.readFileSync(`/run/bootdev/why/${r.variables.http_bootdev_why}`, 'utf8').trim();
  } catch (e) {
    return '';
  }
}

// Asked by fastcgi_cache_bypass, which is before nginx itself looks. 1: PHP is to answer.
function look(r) {
  const v = r.variables;
  const key = v.page_key;
  const bare = key.split(' ').slice(0, 4).concat(varied.map(() => '').join(';')).join(' '); // as of a visitor without cookies
  v.page_seen = JSON.stringify({
    here: stored(v.page_encoding, key),
    encodings: encodings.filter((each) => each !== v.page_encoding && isValid(stored(each, key))),
    bare: bare !== key && isValid(stored(v.page_encoding, bare)),
  });
  return v.why === 'fresh' ? '1' : '';
}

// The head of a stored page, as nginx writes it: version (5; 0: taken out, and then by whom), until when it is fresh, for how long after that
// it may be served while it is updated and while PHP fails; and when it was stored. Seconds. Null: there is none.
function stored(encoding, key) {
  const name = crypto.createHash('md5').update(`${encoding} ${key}`).digest('hex');
  const path = `/var/cache/nginx/pages/${name.slice(-1)}/${name.slice(-3, -1)}/${name}`;
  const head = Buffer.alloc(48);
  try {
    const file = fs.openSync(path);
    try {
      if (fs.readSync(file, head, 0, 48, 0) < 48) return null;
    } finally {
      fs.closeSync(file);
    }
    const seconds = [0, 1, 2, 3, 4, 5].map((at) => head.readUInt32LE(8 * at));
    if (seconds[0] !== 5) return { removed: Math.floor(fs.statSync(path).mtimeMs / 1000), by: seconds[1] === 1 ? 'purge' : 'prelude' };
    return { until: seconds[1], grace: seconds[2], stale: seconds[3], at: seconds[5] };
  } catch (e) {
    return null;
  }
}

const isValid = (page) => page !== null && page.until !== undefined;

function line(r) {
  const v = r.variables;
  const cache = v.skip_cache === undefined && v.upstream_status ? 'OFF' : v.upstream_cache_status;
  const isPage = Boolean(cache || v.upstream_status);
  const said = {
    why: v.trace_id,
    now: Math.floor(Date.now() / 1000),
    asked: v.why,
    status: Number(v.status),
    seconds: Number(v.request_time),
    bytes: Number(v.body_bytes_sent),
    cookies: cookies(r),
  };
  if (isPage) {
    said.cache = cache;
    said.key = key(v);
    said.skip = skip(r);
    said.seen = v.page_seen ? JSON.parse(v.page_seen) : undefined;
    said.waited = v.page_waited ? Number(v.page_waited.split(':')[0]) : 0;
    said.php = v.upstream_status ? php(v) : undefined;
  } else said.file = short(v.request_filename);
  return JSON.stringify(said);
}

function key(v) {
  return {
    encoding: v.page_encoding,
    scheme: v.scheme_in_front,
    root: short(v.document_root),
    host: short(`${v.host}${v.port_asked}`),
    address: short(v.page_uri),
    vary: varied,
  };
}

// Why nobody's page is taken or left: cache.conf's $skip_cache, by name.
function skip(r) {
  const v = r.variables;
  const reasons = {
    method: r.method !== 'GET' && r.method !== 'HEAD',
    live: '@CODE_LIVE@' === '1',
    session: v.has_session === '1',
    credentials: v.has_credentials === '1',
    body: v.has_body === '1',
    application: v.uncached_path === '1',
    settings: v.uncached_by_settings === '1',
  };
  return {
    reasons: Object.keys(reasons).filter((name) => reasons[name]),
    credentials: credentials.filter((name) => r.headersIn[name]),
  };
}

// `page` is the prelude's word: 1, or why it may not be stored. Of a marked page the application's own Cache-Control is put aside.
function php(v) {
  const page = v.upstream_http_x_page;
  return {
    status: v.upstream_status,
    head: v.upstream_header_time,
    seconds: v.upstream_response_time,
    page: short(page),
    control: short(page === '1' ? v.upstream_http_x_page_cache_control : v.upstream_http_cache_control),
    vary: short(v.upstream_http_vary),
    expires: short(v.upstream_http_expires),
    accel: short(v.upstream_http_x_accel_expires),
  };
}

function cookies(r) {
  const unknown = '{{derived.unknownCookies}}' === '1' ? 'unknown' : 'ignored';
  const names = (r.headersIn.Cookie || '').split(';').map((each) => each.split('=')[0].trim());
  return names.filter((name) => name !== '').slice(0, 30).map((name) => {
    const found = kinds.find((each) => each.names.test(name));
    return { name: short(name, 64), kind: found ? found.kind : unknown };
  });
}

// A line stays below what a pipe takes at once (4 kB), whatever a visitor sends.
const short = (text, most) => (text === undefined ? undefined : text.slice(0, most || 300));

export default { known, look, line };
