import { join } from 'node:path';
import type { Cloud } from '../../cloud/cloud.ts';
import { exitCode, UserError } from '../../errors.ts';
import type { Context } from '../../project/context.ts';
import { type Call, loadProjectSettings, openProject } from '../call.ts';

export interface CloudFlags {
  /** Project id of another folder that these stacks were made from. */
  adopt?: string;
}

export const adoptOption = { '--adopt <id>': 'Take over stacks that were made from another folder of the same site' };

export interface Opened {
  cloud: Cloud;
  /** The replica on this computer: what is promoted was rehearsed there. */
  context: Context;
  /** The package's cfn/. */
  files: ReadonlyMap<string, Buffer>;
}

/** The site in its environment on AWS, and its project here. Throws UserError where the environment or the region is not valid. */
export async function openCloud(call: Call<CloudFlags>): Promise<Opened> {
  const { env: environment = 'production', adopt } = call.flags;
  const asWritten = await loadProjectSettings(call);
  const [
    { checkEnvironmentName },
    { cloudProject },
    { siteKey },
    { packageRoot },
    { projectName },
    { withOwnParameters },
    io,
  ] = await Promise.all([
    import('../../project/environment.ts'),
    import('../../project/identity.ts'),
    import('../../project/site-key.ts'),
    import('../../io/environment/package.ts'),
    import('../../cloud/stacks/stacks.ts'),
    import('../../cloud/stacks/own-parameters.ts'),
    loadIo(),
  ]);
  checkEnvironmentName(environment);
  if (!asWritten.aws.region) {
    throw new UserError('aws.region is not set.', {
      hint: 'set it in bootdev.yaml, or for this run: --set aws.region=eu-west-1',
      code: exitCode.usage,
    });
  }
  const context = await openProject(call);
  const settings = { ...asWritten, code: { ...asWritten.code, path: context.settings.code.path } };
  const files = await io.readFolder(join(packageRoot, 'cfn'));
  const templates = new Map([...files].map(([path, bytes]) => [path, bytes.toString('utf8')]));
  const { region, profile } = settings.aws;
  return {
    context,
    files,
    cloud: {
      settings,
      environment,
      project: projectName(settings, environment),
      projectId: await cloudProject(context.dir, environment, adopt),
      templates: withOwnParameters(templates, settings, context.own),
      aws: io.aws({ region, signal: call.signal, ...(profile ? { profile } : {}) }),
      signal: call.signal,
      siteKey: siteKey(context.dir, environment),
      holder: io.holder(),
    },
  };
}

/** An environment on AWS and the replica: --env names the environment, the replica is this folder's usual one. */
export async function openBoth(call: Call<CloudFlags>): Promise<{ cloud: Cloud; context: Context }> {
  const { cloud } = await openCloud(call);
  return { cloud, context: await openProject(call, { asTold: true }) };
}

async function loadIo() {
  const [{ readFolder }, { holder }, { aws }] = await Promise.all([
    import('../../io/folder.ts'),
    import('../../io/names.ts'),
    import('../../io/aws/aws.ts'),
  ]);
  return { readFolder, holder, aws };
}
