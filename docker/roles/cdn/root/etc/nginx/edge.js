// What CloudFront does and nginx has no word for.

/** PageCookies, from the settings: `*` at the end stands for anything, and alone for every cookie. */
const patterns = '{{derived.edgeCookies}}'.split(' ');

/** The visitor's cookies that divide the cache, in order. */
function pageCookies(r) {
  const cookies = (r.headersIn.Cookie || '').split(';').map((text) => text.trim());
  return word(cookies.filter(divides).sort().join('; '));
}
const credentials = (r) => word(r.headersIn.Authorization);
const methodOverride = (r) => word(r.headersIn['X-HTTP-Method-Override']);
/** Without a space, whatever bytes it has. */
const word = (text) => Buffer.from(text || '').toString('hex');
function divides(cookie) {
  const name = cookie.split('=')[0];
  return (
    name !== '' &&
    patterns.some((pattern) =>
      pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
    )
  );
}

/** Of the inner servers: how long this answer is kept, and since when. */
function keep(r) {
  const ttl = r.variables.ttl.split(' ').map(Number);
  r.headersOut['X-Accel-Expires'] = String(
    seconds(
      r.status,
      { cacheControl: String(r.headersOut['Cache-Control'] || ''), expires: r.headersOut.Expires },
      { least: ttl[0], otherwise: ttl[1], most: ttl[2], error: Number(r.variables.error_ttl) },
    ),
  );
  r.headersOut['X-Edge-Stored'] = String(Math.floor(Date.now() / 1000));
}

/** Always kept for a while, whatever they say; and those that are kept for as long as they say (the guide: HTTPStatusCodes). */
const errors = [404, 414, 500, 501, 502, 503, 504];
const sayingErrors = [400, 403, 405, 412, 415];

/** Seconds by the developer guide: "Manage how long content stays in the cache", "Control how long CloudFront caches errors". */
function seconds(status, said, ttl) {
  const asked = lifetime(said);
  const kept = asked === undefined ? ttl.otherwise : Math.min(Math.max(asked, ttl.least), ttl.most);
  if (errors.includes(status)) return Math.max(asked === undefined ? 0 : kept, ttl.error);
  if (sayingErrors.includes(status)) return asked ? Math.max(kept, ttl.error) : 0;
  return status < 400 && status !== 206 ? kept : 0;
}

/** Seconds that the origin says; 0: not to be kept; undefined: it does not say. */
function lifetime(said) {
  const words = said.cacheControl.toLowerCase();
  if (/\b(?:no-store|no-cache|private)\b/.test(words)) return 0;
  const shared = /\bs-maxage="?(\d+)/.exec(words) || /\bmax-age="?(\d+)/.exec(words);
  if (shared) return Number(shared[1]);
  if (said.expires === undefined) return undefined;
  const left = (Date.parse(String(said.expires)) - Date.now()) / 1000;
  return left > 0 ? Math.floor(left) : 0;
}

/** Seconds since the answer was stored. */
function age(r) {
  const stored = Number(r.variables.upstream_http_x_edge_stored || 0);
  return stored > 0 ? String(Math.max(0, Math.floor(Date.now() / 1000) - stored)) : '';
}

/** How many invalidations have met this path. It only grows, so an entry from before is never found again. */
function invalidations(r) {
  const zone = ngx.shared.invalidated;
  return String(
    zone.keys().reduce((sum, pattern) => sum + (matches(pattern, r.variables.request_uri) ? zone.get(pattern) : 0), 0),
  );
}
function matches(pattern, path) {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

/** Past this many patterns they become one, which meets everything. */
const most = 500;

/** POST: a path a line. */
function invalidate(r) {
  const zone = ngx.shared.invalidated;
  const lines = (r.requestText || '').split('\n').filter((line) => line.startsWith('/'));
  lines.forEach((line) => zone.incr(line, 1, 0));
  const known = zone.keys();
  if (known.length > most) {
    const all = known.reduce((sum, pattern) => sum + zone.get(pattern), 0);
    zone.clear();
    zone.set('/*', all + 1);
  }
  r.return(200, `${lines.length}\n`);
}

export default { age, credentials, invalidate, invalidations, keep, methodOverride, pageCookies };
