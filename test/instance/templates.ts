/** What the templates say to their instances: UserData as EC2 would hand it out, from stacks made in the emulator. */
import { basename } from 'node:path';
import { DescribeLaunchTemplateVersionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { templateFiles } from '../cfn/template.ts';
import { credentials, faults, makeParameters, stacksOf } from '../emulator/stacks.ts';

const region = 'eu-central-1';

/** Launch template of each machine: part of its stack, logical id. */
const launched = {
  solr: ['search', 'SearchTemplate'],
  'gluster-1': ['files', 'Files1Template'],
  'gluster-2': ['files', 'Files2Template'],
  arbiter: ['files', 'ArbiterTemplate'],
  account: ['web', 'AccountTemplate'],
  web: ['web', 'WebTemplate'],
  admin: ['web', 'AdminTemplate'],
} as const;
export type MachineName = keyof typeof launched;

export type Templates = Awaited<ReturnType<typeof deployTemplates>>;

/** `own`: parameters beside those of makeParameters; `last`: stacks later than this one are left out. */
export async function deployTemplates(endpoint: string, own: Record<string, string>, last: 'web' | 'files' = 'web') {
  const project = 'boot-test';
  const stacks = stacksOf(endpoint, project);
  const outputs: Record<string, string> = {};
  for (const file of templateFiles()) {
    const part = partOf(file);
    if (part === 'certificate') continue;
    const made = await stacks.create(file, part, makeParameters(project, own), outputs, region);
    if (made.status !== 'CREATE_COMPLETE') throw new Error(`${part}: ${faults(await stacks.events(part, region))}`);
    Object.assign(outputs, made.outputs);
    if (part === last) break;
  }
  return { outputs, userData: userDataIn(endpoint, project, region) };
}

/** Stacks that somebody else made: their outputs, as far as they are there. */
export async function stacksMade(endpoint: string, project: string, region: string) {
  const stacks = stacksOf(endpoint, project);
  const outputs: Record<string, string> = {};
  for (const file of templateFiles()) Object.assign(outputs, await stacks.outputs(partOf(file), region));
  return { outputs, userData: userDataIn(endpoint, project, region) };
}

const partOf = (file: string) => basename(file, '.yaml').replace(/^\d+-/, '');

function userDataIn(endpoint: string, project: string, region: string) {
  const stacks = stacksOf(endpoint, project);
  const ec2 = new EC2Client({ endpoint, region, credentials });
  return async (name: MachineName): Promise<string> => {
    const [part, id] = launched[name];
    const events = await stacks.events(part, region);
    const LaunchTemplateId = events.find(({ LogicalResourceId }) => LogicalResourceId === id)?.PhysicalResourceId ?? '';
    const asked = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: ['$Latest'] });
    const { LaunchTemplateVersions: [version] = [] } = await ec2.send(asked);
    return Buffer.from(version?.LaunchTemplateData?.UserData ?? '', 'base64').toString();
  };
}

/** `BOOTDEV_<name>` of a UserData. */
export const variable = (userData: string, name: string) =>
  new RegExp(`^BOOTDEV_${name}=(.*)$`, 'm').exec(userData)?.[1] ?? '';
