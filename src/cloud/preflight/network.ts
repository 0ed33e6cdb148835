import type { Finding } from '../../events.ts';
import type { Cloud } from '../cloud.ts';
import type { StackSnapshot } from '../stacks/describe.ts';
import { bad } from './finding.ts';

/** Other addresses are another network: every machine and the database would have to move into it, which none of their stacks can. */
export function checkNetwork({ settings }: Cloud, snapshots: readonly StackSnapshot[]): Finding[] {
  const { VpcCidr = settings.aws.vpcCidr } =
    snapshots.find(({ stack }) => stack.part === 'network')?.info?.parameters ?? {};
  if (VpcCidr === settings.aws.vpcCidr) return [];
  const text = `its addresses are ${VpcCidr}, but the settings ask for ${settings.aws.vpcCidr}: everything in it would have to be recreated`;
  return [bad('network', text, `set aws.vpcCidr: ${VpcCidr} in bootdev.yaml; or promote to a new --env`)];
}
