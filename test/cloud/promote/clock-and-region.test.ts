/** Where AWS cannot be worked with from here: the wrong time, a region that is off, one that does not exist. From the built program. */
import { expect, test } from 'vitest';
import { from, installProgram, site, yes } from './site.ts';

installProgram();

test.each<[string, number, RegExp]>([
  ['behind', 62 * 60_000, /^bootdev: This computer's clock is 1 h 0[12] min behind AWS's\.\n {2}→ sudo /],
  ['ahead', -3 * 86_400_000, /^bootdev: This computer's clock is 3 d 0 h ahead of AWS's\.\n {2}→ sudo /],
])('a clock that is %s: by how much, and how to set it; nothing is made', async (_, clock, said) => {
  const { run, aws } = await site();
  aws.gate.clock = clock;
  const { stderr, code } = await run(yes);
  expect(from(stderr, 'bootdev: ')).toMatch(said);
  expect(code).toBe(1);
  expect(aws.cloudformation.stacks).toEqual([]);
});

test('a clock that goes wrong meanwhile (a laptop that slept) stops nothing', async () => {
  const { run, aws } = await site();
  const { onCreate } = aws.script;
  aws.script.onCreate = (made) => {
    onCreate(made);
    if (made.type === 'AWS::RDS::DBInstance') aws.gate.clock = 20 * 60_000;
  };
  const { stderr, code } = await run(yes);
  expect(code, stderr).toBe(0);
});

test('a region that the account has not turned on is told from wrong keys', async () => {
  const { run, aws } = await site();
  aws.gate.off.add('eu-west-1');
  const off = await run(yes);
  expect(off.code).toBe(1);
  expect(from(off.stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: eu-west-1 is not enabled in the account 123456789012.
      → aws account enable-region --region-name eu-west-1   (it takes some minutes); or set aws.region to another one"
  `);
  aws.gate.off.add('us-east-1');
  const wrong = await run(yes);
  expect(wrong.code).toBe(4);
  expect(from(wrong.stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: AWS does not accept these credentials in eu-west-1 (InvalidClientTokenId).
      → check that eu-west-1 is enabled in this account; then: aws sso login   (or new keys: aws configure)"
  `);
});

/** Loaded into the program before it: names as a working network has them, and nothing behind them. */
const names = `import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
const there = (name) => /\\.(?:eu-west-1|us-east-1)\\.amazonaws\\.com$/.test(name);
const gone = (name) => Object.assign(new Error('getaddrinfo ENOTFOUND ' + name), { code: 'ENOTFOUND', hostname: name });
const found = [{ address: '127.0.0.1', family: 4 }];
dns.lookup = (name, options, done) => (there(name) ? done(null, options.all ? found : '127.0.0.1', 4) : done(gone(name)));
dns.promises.lookup = async (name) => { if (!there(name)) throw gone(name); return found; };
syncBuiltinESMExports();`;

test('a region that does not exist is told from a network that does not work', async () => {
  const { run } = await site('site: { name: shop }\naws: { region: eu-west-9 }\n');
  const at = (text: string) => ({
    AWS_ENDPOINT_URL: '',
    NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(text)}`,
  });
  const unknown = await run(yes, at(names));
  expect(unknown.code).toBe(2);
  expect(from(unknown.stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: AWS has no region eu-west-9.
      → set aws.region to one of these: aws ec2 describe-regions --all-regions --region us-east-1 --query Regions[].RegionName"
  `);
  const offline = await run(yes, at(names.replace('eu-west-1|us-east-1', 'none')));
  expect(offline.code).toBe(1);
  expect(from(offline.stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: sts.eu-west-9.amazonaws.com does not answer (ENOTFOUND).
      → check aws.region (eu-west-9) and the network of this computer"
  `);
});
