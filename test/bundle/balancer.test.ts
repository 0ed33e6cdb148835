import { expect, test } from 'vitest';
import { makeBundle } from '../../src/bundle/bundle.ts';
import { packageRoot } from '../../src/io/environment/package.ts';
import { readSources } from '../../src/project/sources.ts';
import { checkSettings, completeSettings, type SettingsInput } from '../../src/settings/schema.ts';

const sources = (await readSources(packageRoot)).docker;
const lb = (balancer: SettingsInput['balancer'] = {}) => {
  const tree = makeBundle(completeSettings({ balancer }), sources).machines.get('lb')?.tree;
  return (file: string) => tree?.get(`etc/haproxy/${file}`)?.bytes.toString() ?? '';
};
const refusal = (balancer: object) => {
  const checked = checkSettings({ balancer });
  return 'issues' in checked ? checked.issues.map(({ message }) => message).join() : 'accepted';
};

test('unless asked otherwise: the least busy machine, no cookie, three retries, http as well as https', () => {
  const file = lb();
  expect(file('web.cfg')).toMatch(/^ {2}balance leastconn$/m);
  expect(file('web.cfg')).toMatch(/^ {2}retries 3$/m);
  expect(file('sticky.cfg')).not.toMatch(/^ {2}cookie/m);
  expect(file('http.cfg')).not.toContain('redirect prefix');
});

test('each setting is one line of haproxy', () => {
  expect(lb({ algorithm: 'random' })('web.cfg')).toMatch(/^ {2}balance random$/m);
  expect(lb({ retries: 0 })('web.cfg')).toMatch(/^ {2}retries 0$/m);
  expect(lb({ sticky: 'cookie' })('sticky.cfg')).toMatch(/^ {2}cookie BOOTDEVLB insert indirect nocache/m);
  expect(lb({ https: 'redirect' })('http.cfg')).toMatch(/^ {2}http-request redirect prefix @SITE_URL@ code 301$/m);
});

test('what an ALB has no counterpart for is refused', () => {
  expect(refusal({ algorithm: 'source' })).toBe('expected one of leastconn, roundrobin, random');
  expect(refusal({ retries: 4 })).toBe('expected a whole number from 0 to 3');
});

test('what takes too long is never asked for again', () => {
  expect([...lb()('web.cfg').matchAll(/^ {2}retry-on (.*)$/gm)].map(([, when]) => when)).toEqual([
    'conn-failure empty-response',
    'conn-failure',
  ]);
});

test('where no machine is healthy, all of them are asked, as by an ALB', () => {
  expect(lb({ https: 'both' })('haproxy.cfg') + lb({ https: 'both' })('http.cfg')).toMatch(
    /(?:use_backend anyway if \{ nbsrv\(web\) eq 0 \}[\s\S]*){2}/,
  );
  expect(lb()('web.cfg').split('backend anyway')[1]).not.toMatch(/^ .*(?:check|observe)/m);
});

test('requests and health checks meet the same path and status as the target group of an ALB has', () => {
  expect(lb()('web.cfg')).toMatch(/meth GET uri \/-\/healthz[\s\S]*expect status 200[\s\S]*fall 2 rise 2/);
});
