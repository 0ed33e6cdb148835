/** Each fault that ends a promote half-way: what a person reads, that nothing half-made is left, and that the same command goes on. From the built program. */
import { expect, test } from 'vitest';
import { from, installProgram, site, yes } from './site.ts';

installProgram('cfn');

const settings = `site: { name: shop, domain: shop.example.org }
aws: { region: eu-west-1 }
mail: { from: shop@example.org }
`;
const handled = (text: string) => `Resource handler returned message: "${text}" (RequestToken: 9, HandlerErrorCode: X)`;

test('one fault after the other, at each stack another; what was made stays, and the end is a site', async () => {
  const { run, aws } = await site(settings);
  aws.cloudformation.pageSize = 100; // large stacks
  const { fail, reasons } = aws.script;
  const edge = aws.script.outputs.get('shop-production-edge');
  aws.script.outputs.set('shop-production-edge', { ...edge, SiteUrl: 'http://shop.example.org/' });
  const screens: string[] = [];
  const failing = async (resource: string, reason: string) => {
    fail.set(resource, reason);
    const [stack = ''] = resource.split('/');
    const ran = await run(yes);
    expect(ran.code, ran.stderr).toBe(1);
    screens.push(from(ran.stderr, '  cause ').slice(from(ran.stderr, '  cause ').indexOf('cause')));
    expect(aws.stack(stack).status).toBe('ROLLBACK_COMPLETE');
    // No stack that was planned and not begun, no change set, no lock.
    expect(aws.cloudformation.stacks.filter(({ status }) => status === 'REVIEW_IN_PROGRESS')).toEqual([]);
    expect(aws.cloudformation.stacks.flatMap(({ changeSets }) => [...changeSets])).toEqual([]);
    const [artifacts = ''] = [...aws.s3.buckets.keys()].filter((name) => name.includes('artifact'));
    expect(aws.s3.keys(artifacts).filter((key) => key.startsWith('locks/'))).toEqual([]);
    fail.clear();
  };

  const certificate = 'shop-production-certificate/Certificate';
  const record = 'Content of DNS Record is: {Name: _a1.shop.example.org.,Type: CNAME,Value: _b2.acm-validations.aws.}';
  reasons.set(certificate, record);
  await failing(certificate, handled('The certificate was not validated in 72 hours (Service: Acm)'));
  await failing('shop-production-network/Nat1Address', handled('The maximum number of addresses has been reached.'));
  const { onCreate } = aws.script;
  aws.script.onCreate = (made) => {
    onCreate(made);
    if (made.type === 'AWS::RDS::DBInstance') aws.account.identities.add('example.org');
  };
  await failing('shop-production-mail/None', '');
  aws.script.onCreate = onCreate;
  const alias = 'One or more of the CNAMEs you provided are already associated with a different resource.';
  await failing('shop-production-edge/Distribution', `${alias} (Service: CloudFront, Status Code: 409)`);
  await failing(
    'shop-production-web/WebGroup',
    'User: arn:aws:iam::123456789012:user/deploy is not authorized to perform: autoscaling:CreateAutoScalingGroup on resource: arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:*:autoScalingGroupName/shop-production-web because no identity-based policy allows the autoscaling:CreateAutoScalingGroup action (Service: AutoScaling, Status Code: 403)',
  );
  const database = aws.stack('shop-production-data').id;
  const ended = await run(yes);
  expect(ended.code, ended.stderr).toBe(0);
  expect(aws.stack('shop-production-data').id).toBe(database);
  expect(screens).toMatchInlineSnapshot(`
    [
      "cause    certificate Certificate: The certificate was not validated in 72 hours
      now      what it had created was deleted; the stacks before it are kept, and cost money; not
               started: 15 edge certificate, 20 network, 30 data, 40 search, 50 files, 55 mail, 58
               edge, 60 web, 80 watch
      next     add this record to the domain's DNS (or set aws.hostedZone):
               _a1.shop.example.org. CNAME _b2.acm-validations.aws.
               then
               bootdev promote   (it offers to delete what is left, and continues from here)",
      "cause    public address Nat1Address: The maximum number of addresses has been reached.
      now      what it had created was deleted; the stacks before it are kept, and cost money; not
               started: 30 data, 40 search, 50 files, 55 mail, 58 edge, 60 web, 80 watch
      next     use less, or ask for a higher quota:
               aws service-quotas request-service-quota-increase --service-code ec2 --quota-code
               L-0263D0A3 --desired-value NUMBER
               then
               bootdev promote   (it offers to delete what is left, and continues from here)",
      "cause    email identity Identity: example.org already exists
      now      what it had created was deleted; the stacks before it are kept, and cost money; not
               started: 58 edge, 60 web, 80 watch
      next     somebody made it since the plan, and it is used as it is:
               bootdev promote   (it offers to delete what is left, and continues from here)",
      "cause    CloudFront distribution Distribution: One or more of the CNAMEs you provided are
               already associated with a different resource.
      now      what it had created was deleted; the stacks before it are kept, and cost money; not
               started: 60 web, 80 watch
      next     another CloudFront distribution, perhaps of another account, has the site's domain
               among its aliases: take it away there, or choose another site.domain, then
               bootdev promote   (it offers to delete what is left, and continues from here)",
      "cause    Auto Scaling group WebGroup: User: arn:aws:iam::123456789012:user/deploy is not
               authorized to perform: autoscaling:CreateAutoScalingGroup on resource:
               arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:*:autoScalingGroupName/shop-production-web
               because no identity-based policy allows the autoscaling:CreateAutoScalingGroup action
      now      what it had created was deleted; the stacks before it are kept, and cost money; not
               started: 80 watch
      next     give this identity the policy cfn/iam/promote-services.json, which has
               autoscaling:CreateAutoScalingGroup (cfn/iam/README.md), then
               bootdev promote   (it offers to delete what is left, and continues from here)",
    ]
  `);
}, 180_000);
