/** promote from the built program against the fake: what is created, in which order, and what is left unchanged. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { changeTemplate, from, installProgram, lines, screen, site, yes } from './site.ts';

installProgram();

test('from nothing: all stacks in order, assets before the machines that fetch them, then the site answers', async () => {
  const { run, aws } = await site();
  const { stdout, stderr, code } = await run(yes);
  expect(code, stderr).toBe(0);
  expect(aws.cloudformation.stacks.every(({ status }) => status === 'CREATE_COMPLETE')).toBe(true);
  expect(lines(stderr, /^✓ \d\d \w+ done/)).toMatchInlineSnapshot(`
    "✓ 10 bootstrap done  N s
    ✓ 20 network done  N s
    ✓ 30 data done  N s
    ✓ 40 search done  N s
    ✓ 50 files done  N s
    ✓ 55 mail done  N s
    ✓ 58 edge done  N s
    ✓ 60 web done  N s
    ✓ 80 watch done  N s"
  `);
  expect(screen(stdout)).toMatchInlineSnapshot(`
    "promote shop → production                                 account 1234…9012 · eu-west-1 · as deploy
    ───────────────────────────────────────────────────────────────────────────────────────────────────
    preflight     identity ✓  zones ✓  permissions ✓  quotas ✓  certificate ✓  mail !  image ✓
                  ! mail: no-reply@shop.localhost is not a public address and cannot be verified: AWS
                    will not send any mail
                    → set mail.from in bootdev.yaml to an address of yours
    bundle        DIGEST (no replica of this project has ever run it)   release DIGEST
                  not rehearsed: --unrehearsed is recorded in the journal
    10 bootstrap  + ArtifactBucket  bucket
    20 network    + Vpc  VPC
                  + Subnet1  subnet
                  + Subnet2  subnet
    30 data       from the template
                  + DbParameters  database parameters
                  + Database  database
    40 search     from the template
                  + Index  EBS volume
                  + Template  launch template
    50 files      from the template
                  + Volume1  EBS volume
                  + MediaBucket  bucket
    55 mail       + ConfigurationSet  configuration set
    58 edge       from the template
                  + Balancer  load balancer
                  + Distribution  CloudFront distribution
    60 web        from the template
                  + WebTemplate  launch template
                  + WebGroup  Auto Scaling group
                  + AdminTemplate  launch template
    80 watch      from the template
                  + Alarm  alarm
    data loss     none
    cost          ≈ N $/month, fixed parts
    ───────────────────────────────────────────────────────────────────────────────────────────────────
    planned in N s
    site  http://HOST/"
  `);
  const parts = ['bootstrap', 'data', 'search', 'files'];
  expect(
    aws.cloudformation.stacks
      .filter((stack) => stack.protected)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(parts.map((part) => `shop-production-${part}`).sort());
  const kinds = aws.s3.keys('shop-production-artifacts').map((key) => key.split('/')[0]);
  expect([...new Set(kinds)].sort()).toEqual(['boot', 'bundles', 'edge', 'journal', 'packages', 'releases']);
  const firstUpload = aws.calls.findIndex((call) => call.startsWith('s3:PUT') && call.includes('/bundles/'));
  const web = aws.calls.lastIndexOf('cloudformation:ExecuteChangeSet');
  expect(firstUpload).toBeLessThan(web);
});

test('nothing changed: no change set, nothing written', async () => {
  const { run, aws } = await site();
  await run(yes);
  aws.calls.length = 0;
  const { stdout, code } = await run(yes);
  expect(code).toBe(0);
  expect(stdout).toContain('Nothing to change: AWS is up to date.');
  expect(aws.calls.filter((call) => /:(Create|Execute|Delete|PUT)/.test(call))).toEqual([]);
});

test('only the cache TTL: the plan changes only the web group', async () => {
  const { run, aws } = await site();
  await run(yes);
  aws.calls.length = 0;
  const { stdout, code } = await run([...yes, '--set', 'cache.ttl=33']);
  expect(code).toBe(0);
  expect(screen(stdout)).toMatchInlineSnapshot(`
    "promote shop → production                                 account 1234…9012 · eu-west-1 · as deploy
    ───────────────────────────────────────────────────────────────────────────────────────────────────
    preflight     identity ✓  zones ✓  permissions ✓  quotas ✓  certificate ✓  mail !  image ✓
                  ! mail: no-reply@shop.localhost is not a public address and cannot be verified: AWS
                    will not send any mail
                    → set mail.from in bootdev.yaml to an address of yours
    bundle        DIGEST (no replica of this project has ever run it)   release DIGEST
                  not rehearsed: --unrehearsed is recorded in the journal
    60 web        WebBundle DIGEST → DIGEST
                  ~ WebTemplate  launch template
                      BOOTDEV_DIGEST  DIGEST → DIGEST
                  ~ WebGroup  Auto Scaling group
                      Version  DIGEST → DIGEST
    others        no change (bootstrap, network, data, search, files, mail, edge, watch)
    data loss     none
    cost          ≈ N → N $/month, fixed parts
    ───────────────────────────────────────────────────────────────────────────────────────────────────
    planned in N s
    site  http://HOST/"
  `);
  expect(aws.calls.filter((call) => call === 'cloudformation:ExecuteChangeSet')).toHaveLength(1);
});

test('--plan shows everything and leaves nothing behind', async () => {
  const { run, aws } = await site();
  const { stdout, code } = await run(['promote', '--unrehearsed', '--plan']);
  expect(code).toBe(3);
  expect(stdout).toContain('+ Database  database');
  expect(stdout).toMatch(/cost parts +[\s\S]*load balancer +18 \$ +load balancer\n/);
  expect(aws.cloudformation.stacks.every(({ status }) => status === 'DELETE_COMPLETE')).toBe(true);
  await run(yes);
  await run(['promote', '--unrehearsed', '--plan', '--set', 'cache.ttl=33']);
  expect(aws.cloudformation.stacks.flatMap((stack) => [...stack.changeSets])).toEqual([]);
});

test('--json: the plan and each step as one object per line; without --yes it says what to type', async () => {
  const { run } = await site();
  const { stdout, code } = await run(['promote', '--unrehearsed', '--json']);
  expect(code).toBe(2);
  const events = stdout.split('\n').map((line) => JSON.parse(line));
  expect(events.find(({ type }) => type === 'plan').plan).toMatchObject({
    ...{ project: 'shop-production', account: '123456789012', region: 'eu-west-1', dataLoss: [], unrehearsed: true },
    cost: { after: expect.any(Number), parts: expect.arrayContaining([expect.objectContaining({ after: 18.4 })]) },
  });
  expect(events.at(-1)).toEqual({
    ...{ status: 'failed', reason: 'usage', next: ['bootdev promote --unrehearsed --json --yes'] },
    message: '--yes is required when not running interactively.',
  });
});

test('data that could be lost comes first, and --yes alone does not confirm it', async () => {
  const { run, aws } = await site();
  await run(yes);
  await changeTemplate('30-data.yaml', (text) =>
    text.replace('StorageEncrypted: !Ref StorageEncrypted', 'StorageEncrypted: "false"'),
  );
  const refused = await run(yes);
  expect(refused.code).toBe(2);
  expect(screen(refused.stdout)).toMatchInlineSnapshot(`
    "promote shop → production                                 account 1234…9012 · eu-west-1 · as deploy
    ───────────────────────────────────────────────────────────────────────────────────────────────────
    preflight     identity ✓  zones ✓  permissions ✓  quotas ✓  certificate ✓  mail !  image ✓
                  ! mail: no-reply@shop.localhost is not a public address and cannot be verified: AWS
                    will not send any mail
                    → set mail.from in bootdev.yaml to an address of yours
    bundle        DIGEST (no replica of this project has ever run it)   release DIGEST
                  not rehearsed: --unrehearsed is recorded in the journal
    30 data       ± Database  database
                      is replaced by an empty one: a snapshot of it stays
                      StorageEncrypted  true → false
    others        no change (bootstrap, network, search, files, mail, edge, web, watch)
    DATA LOSS     30 data: database Database is replaced by an empty one: a snapshot of it stays
    cost          ≈ N → N $/month, fixed parts
    ───────────────────────────────────────────────────────────────────────────────────────────────────
    planned in N s"
  `);
  expect(from(refused.stderr, 'bootdev: ')).toMatchInlineSnapshot(`
    "bootdev: Data could be lost: --yes also needs --confirm with the name.
      30 data: database Database is replaced by an empty one: a snapshot of it stays
      → bootdev promote --unrehearsed --yes --confirm shop-production"
  `);
  expect(aws.cloudformation.stacks.flatMap((stack) => [...stack.changeSets])).toEqual([]);
  const confirmed = await run([...yes, '--confirm', 'shop-production']);
  expect(confirmed.code, confirmed.stderr).toBe(0);
});

test('a stack whose parameter an earlier one changes is compared again', async () => {
  const { run, aws } = await site();
  await run(yes);
  await changeTemplate('55-mail.yaml', (text) =>
    text.replace('smtp.internal', 'smtp2.internal').replace('Name: !Ref', 'Note: x, Name: !Ref'),
  );
  const { stderr, code } = await run(yes);
  expect(code, stderr).toBe(0);
  expect(lines(stderr, /55 mail|60 web/)).toMatchInlineSnapshot(`
    "● 55 mail working
    ✓ 55 mail · configuration set ConfigurationSet done  N s
    ● 55 mail removing old resources
    ✓ 55 mail done  N s
    ● 60 web comparing
    ● 60 web working
    ✓ 60 web · launch template WebTemplate done  N s
    ● 60 web removing old resources
    ✓ 60 web done  N s"
  `);
  expect(aws.stack('shop-production-web').parameters.MailHost).toBe('smtp2.internal');
});

test('machines keep the image they were created with; all get a new one with --new-image, those with data too', async () => {
  const { run, aws } = await site();
  await run(yes);
  aws.account.image = 'ami-0newer';
  aws.account.imageDates = { 'ami-0debian13': new Date(Date.now() - 40 * 86_400_000).toISOString() };
  const { stdout, stderr } = await run(yes);
  expect(stdout + stderr).toMatch(/40\s+days\s+old/);
  const images = () => ['search', 'web'].map((part) => aws.stack(`shop-production-${part}`).parameters.ImageId);
  expect(images()).toEqual(['ami-0debian13', 'ami-0debian13']);
  await run([...yes, '--new-image']);
  expect(images()).toEqual(['ami-0newer', 'ami-0newer']);
});

test('with a domain, both certificates are created, the edge one in us-east-1, and the DNS record is shown', async () => {
  const { run, aws } = await site('site: { name: shop, domain: shop.example.org }\naws: { region: eu-west-1 }\n');
  const record = 'Content of DNS Record is: {Name: _a1.shop.example.org.,Type: CNAME,Value: _b2.acm-validations.aws.}';
  aws.script.reasons.set('shop-production-certificate/Certificate', record);
  const { code, stderr } = await run(yes);
  expect(code, stderr).toBe(0);
  expect(lines(stderr, /DNS|CNAME/)).toMatchInlineSnapshot(`
    "! The certificate waits for this DNS record, for up to 72 hours. With aws.hostedZone set, AWS
      _a1.shop.example.org. CNAME _b2.acm-validations.aws.
    ● 15 certificate · certificate Certificate working: Content of DNS Record is: {Name: _a1.shop.example.org.,Type: CNAME,Value: _b2.acm-validations.aws.}  N s
    ! shop.example.org has to lead to CloudFront, which its own DNS says.
      shop.example.org CNAME HOST   (at the top of a zone: ALIAS or ANAME, as your DNS calls it)"
  `);
  const [edge] = aws.cloudformation.stacks.filter(({ name }) => name === 'shop-production-edge-certificate');
  expect(edge?.region).toBe('us-east-1');
  expect(aws.stack('shop-production-edge').parameters.EdgeCertificateArn).toBe(edge?.outputs.CertificateArn);
});

test('the parameters that depend on the size of instances', async () => {
  const { run, aws } = await site();
  await run(yes);
  expect(aws.stack('shop-production-web').parameters).toMatchObject({
    ...{ WebInstanceType: process.arch === 'arm64' ? 't4g.small' : 't3.small', WebMin: '2', WebMax: '4' },
    WebCapacity: 'APCU_MB=59 FPM_CHILDREN=23 OPCACHE_MB=235',
  });
});

test('the journal says that nothing was rehearsed', async () => {
  const { run, aws } = await site();
  await run(yes);
  const key = aws.s3.keys('shop-production-artifacts').find((each) => each.startsWith('journal/')) ?? '';
  const text = aws.s3.buckets.get('shop-production-artifacts')?.get(key)?.bytes.toString() ?? '';
  expect(JSON.parse(text)).toMatchObject({ unrehearsed: true, ok: true, region: 'eu-west-1' });
});

test('--version stays as quick as node: no SDK in what it loads', () => {
  expect(readFileSync('dist/cli.js', 'utf8')).not.toContain('@aws-sdk');
});
