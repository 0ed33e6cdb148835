/** Solr as a site uses it: languages, slips of the pen, an index that outlives a crash, a backup that comes back. */
import { beforeAll, expect, it } from 'vitest';
import { docker, eventually, type Replica } from '../scenarios/replica.ts';

const core = 'http://127.0.0.1:8983/solr/site';
const roles = '/etc/bootdev/current/roles/solr';

/** `replica`: runs with Solr, and is left so. */
export function testSolr(replica: Replica) {
  let solr: string;
  beforeAll(async () => {
    solr = await replica.container('solr');
  });

  /** The search page of the sample, by way of a web machine. */
  const page = async (words: string) =>
    (await fetch(`${await replica.url()}/search?q=${encodeURIComponent(words)}`)).text();

  async function add(...documents: object[]): Promise<void> {
    const json = JSON.stringify(documents.map((document) => ({ index_id: 'test', ...document })));
    const headers = ['-H', 'Content-Type: application/json'];
    await docker('exec', solr, 'curl', '-fsS', ...headers, '--data-binary', json, `${core}/update?softCommit=true`);
  }
  async function ids(query: string): Promise<string[]> {
    const parameters = ['q', 'fq', 'fl', 'sort'].flatMap((name, at) => [
      '--data-urlencode',
      `${name}=${[query, 'index_id:test', 'id', 'id asc'][at]}`,
    ]);
    const answer = await docker('exec', solr, 'curl', '-fsS', '-G', ...parameters, `${core}/select`);
    return (JSON.parse(answer).response.docs as { id: string }[]).map(({ id }) => id);
  }

  it.each([
    ['machines', 'one word in another form', /[1-9]\d* texts? found/],
    ['Verbindungen', 'a German plural', /lang="de"/],
    ['visiteurs', 'a French plural', /lang="fr"/],
    ['memcachd', 'a slip', /did you mean: .*memcached/s],
  ])('the search page finds %s (%s)', async (words, _, found) => {
    expect(await page(words)).toMatch(found);
  });

  it('reads each language by its own rules', async () => {
    await add(
      { id: 'en', tm_X3b_en_title: ['The running of houses'] },
      { id: 'de', tm_X3b_de_title: ['Die alten Häuser'] },
      { id: 'fr', tm_X3b_fr_title: ["L'hôtel des Invalides"] },
    );
    expect(await ids('tm_X3b_en_title:(house AND runs)')).toEqual(['en']);
    expect(await ids('tm_X3b_de_title:Haus')).toEqual(['de']);
    expect(await ids('tm_X3b_de_title:haeuser')).toEqual(['de']);
    expect(await ids('tm_X3b_fr_title:hotel')).toEqual(['fr']);
  });

  it('keeps what was acknowledged when its process is killed', async () => {
    const pid = () => docker('exec', solr, 's6-svstat', '-o', 'pid', '/run/service/solr');
    const before = await pid();
    await add({ id: 'crash', tm_X3b_en_title: ['just before'] });
    await docker('exec', solr, 's6-svc', '-k', '/run/service/solr');
    await eventually(10_000, pid, (it) => it !== before && it !== '-1');
    const found = () => ids('id:crash').catch(() => []);
    await eventually(60_000, found, (it) => it.length === 1);
  });

  it('comes back from a backup, which it made while it ran', async () => {
    await add({ id: 'kept', tm_X3b_en_title: ['kept'] });
    await docker('exec', solr, `${roles}/backup.sh`, 'before');
    await docker(
      'exec',
      solr,
      'curl',
      '-fsS',
      '-H',
      'Content-Type: application/json',
      '--data',
      '{"delete":{"query":"*:*"}}',
      `${core}/update?commit=true`,
    );
    expect(await ids('*:*')).toEqual([]);
    await docker('exec', solr, `${roles}/restore.sh`, 'before');
    expect(await ids('id:kept')).toEqual(['kept']);
    expect(await docker('exec', solr, `${roles}/backup.sh`)).toMatch(/ before$/m);
    await expect(docker('exec', solr, `${roles}/backup.sh`, 'before')).rejects.toThrow('another name');
  });

  it('is published nowhere', async () => {
    expect(await docker('port', solr)).toBe('');
  });

  it('keeps its index over down and up', async () => {
    await replica.ensure('down');
    await replica.ensure('up');
    expect(await ids('id:kept')).toEqual(['kept']);
  });
}
