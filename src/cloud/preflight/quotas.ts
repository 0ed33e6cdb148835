import type { Finding } from '../../events.ts';
import { instanceMachines } from '../../machines/table.ts';
import type { Assets, Cloud } from '../cloud.ts';
import { hasResources, type StackSnapshot } from '../stacks/describe.ts';
import { instances, webCounts } from '../stacks/sizes.ts';
import { type Account, bad, good } from './finding.ts';

export async function checkQuotas(
  cloud: Cloud,
  account: Account,
  snapshots: readonly StackSnapshot[],
  { architecture, bundles }: Assets,
  sizes: ReadonlyMap<string, { cpus: number }>,
): Promise<Finding[]> {
  const { settings } = cloud;
  const types = instances(settings, architecture);
  const counts = { web: webCounts(settings).max, files: 2 } as Partial<Record<string, number>>;
  const needed = instanceMachines
    .filter(({ kind }) => bundles.has(kind))
    .reduce((sum, { instance: { size } }) => sum + (counts[size] ?? 1) * (sizes.get(types[size])?.cpus ?? 2), 0);
  const network = snapshots.find(({ stack }) => stack.part === 'network');
  const isNew = !(network?.info && hasResources(network.info));
  const gateways = settings.aws.nat === 'one' ? 1 : settings.aws.zones;
  const [cpus, running, ...rest] = await Promise.all([
    account.quota('ec2', 'L-1216C47A'),
    account.runningCpus({ tag: 'bootdev:machine', prefix: `${cloud.project}/` }),
    ...(isNew
      ? [account.quota('ec2', 'L-0263D0A3'), account.addresses(), account.quota('vpc', 'L-F678F1CE'), account.vpcs()]
      : []),
  ]);
  const [addresses = gateways, usedAddresses = 0, vpcs = 1, usedVpcs = 0] = rest;
  const problems = [
    quota('vCPUs', needed, running, cpus, 'L-1216C47A', 'ec2'),
    quota('public addresses', gateways, usedAddresses, addresses, 'L-0263D0A3', 'ec2'),
    quota('VPCs', 1, usedVpcs, vpcs, 'L-F678F1CE', 'vpc'),
  ].filter((finding) => finding !== undefined);
  return problems.length > 0 ? problems : [good('quotas', `${needed} vCPUs at most, ${cpus - running} free`)];
}

function quota(what: string, needed: number, used: number, limit: number, code: string, service: string) {
  if (used + needed <= limit) return undefined;
  const text = `not enough ${what}: ${needed} needed, ${Math.max(limit - used, 0)} of ${limit} free`;
  const command = `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${used + needed}`;
  return bad('quotas', text, command);
}
