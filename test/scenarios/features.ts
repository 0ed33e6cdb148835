/** `bootdev features` on a real replica of the sample: what works is seen by requests, and what was stopped is not said to work. */
import { expect, test } from 'vitest';
import type { FeatureRow, Features } from '../../src/events.ts';
import { docker, type Replica } from './replica.ts';

/** `replica`: runs with two web machines and without search, and is left so. */
export function testFeatures(replica: Replica) {
  async function features() {
    const { stdout, stderr, code, seconds } = await replica.bootdev('features', '--json');
    expect(stdout, stderr).toContain('"features"');
    const { features: said } = JSON.parse(stdout) as { features: Features };
    const row = (name: string) => said.rows.find((each) => each.name === name) as FeatureRow;
    return { ...said, row, code, seconds };
  }

  test('what a request shows works, and nothing else says so', async () => {
    const { rows, row, code, seconds } = await features();
    const texts = Object.fromEntries(rows.map(({ name, state, text }) => [name, `${state}: ${text}`]));
    expect(texts).toMatchObject({
      // Asked for by a test before, it may be older than its time: still from the cache.
      'page-cache': expect.stringMatching(/^works: \/: X-Cache (?:HIT|STALE|UPDATING) at request \d$/),
      compression: expect.stringMatching(/^works: \/ in (?:br|gzip)$/),
      'static-files': expect.stringMatching(/^works: \/site\.css: Cache-Control max-age=/),
      'object-cache': expect.stringMatching(/^works: building \/cache read \d+ times from 2 memcached nodes$/),
      'shared-files': 'works: a file written on web-1 was read on web-2 through /files/',
      'private-files': expect.stringMatching(/^set-up: refused to a visitor just now \(404\)/),
      s3: "works: written, read and deleted in light-media with the site's own keys",
      'database-tls': expect.stringMatching(/^works: connected with TLS_/),
      mail: 'works: a mail sent as the site arrived in Mailpit, and was deleted again',
      cron: expect.stringMatching(/^works: ran \d+ s ago on admin, every 300 s$/),
      https: expect.stringMatching(/^works: answered with a certificate until 20/),
      search: 'off: search.engine is none',
    });
    for (const { name, state, proved } of rows) expect([name, proved === 'request']).toEqual([name, state === 'works']);
    expect(row('cdn').state).toBe('off');
    expect(code).toBe(0);
    expect(seconds).toBeLessThan(30);
    const mails = await fetch(`http://127.0.0.1:${await replica.value('BOOTDEV_PORT_MAIL')}/api/v1/messages`);
    expect(await mails.text()).not.toContain('bootdev features');
  });

  test('what is stopped does not work, and the rest does', async () => {
    const stopped = await Promise.all(['mail', 'memcached-2'].map(replica.container));
    await docker('pause', ...stopped);
    try {
      const { rows, row, code } = await features();
      expect(row('mail')).toMatchObject({
        state: 'fails',
        proved: 'request',
        text: expect.stringMatching(/within|not accept/),
      });
      expect(row('object-cache')).toMatchObject({ state: 'fails', text: 'memcached-2 does not answer' });
      expect(rows.filter(({ state }) => state === 'fails')).toHaveLength(2);
      expect(row('s3').state).toBe('works');
      expect(code).toBe(1);
    } finally {
      await docker('unpause', ...stopped);
    }
  });
}
