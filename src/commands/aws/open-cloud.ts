import { join } from 'node:path';
import type { Cloud } from '../../cloud/cloud.ts';
import { exitCode, UserError } from '../../errors.ts';
import type { Event } from '../../events.ts';
import type { Context } from '../../project/context.ts';
import { type Call, folder, requireSettings } from '../actions.ts';

export interface CloudFlags {
  /** Project id of another folder that these stacks were made from. */
  adopt?: string;
}

export interface Opened {
  cloud: Cloud;
  /** The replica on this computer: what is promoted was rehearsed there. */
  context: Context;
  /** The package's cfn/. */
  files: ReadonlyMap<string, Buffer>;
}

/** The site in its environment on AWS, and its project here. Throws UserError for an environment or a region that is none. */
export async function openCloud(call: Call<CloudFlags>): Promise<Opened> {
  const dir = await folder(call);
  await requireSettings(dir);
  const { env: environment = 'production', set, adopt } = call.flags;
  const [{ loadSettings }, { openProject }, { packageRoot }, { readFolder }, { aws }] = await Promise.all([
    import('../../settings/load.ts'),
    import('../../project/context.ts'),
    import('../../project/paths.ts'),
    import('../../io/folder.ts'),
    import('../../io/aws/aws.ts'),
  ]);
  const { settings } = await loadSettings({ dir, set });
  if (!/^[a-z][a-z0-9]{0,11}$/.test(environment)) {
    throw new UserError(`"${environment}" cannot name an environment.`, {
      hint: 'use up to 12 lower-case letters and digits: --env staging',
      code: exitCode.usage,
    });
  }
  if (!settings.aws.region) {
    throw new UserError('aws.region is not set: where shall the site be?', {
      hint: 'in bootdev.yaml, or for this time: --set aws.region=eu-west-1',
      code: exitCode.usage,
    });
  }
  const context = await openProject({ dir, set, signal: call.signal });
  const files = await readFolder(join(packageRoot, 'cfn'));
  const { cloudProject } = await import('../../project/identity.ts');
  const { projectName } = await import('../../cloud/stacks/stacks.ts');
  const { region, profile } = settings.aws;
  const { holder } = await import('../../io/names.ts');
  return {
    context,
    files,
    cloud: {
      settings,
      environment,
      project: projectName(settings, environment),
      projectId: await cloudProject(dir, environment, adopt),
      templates: new Map([...files].map(([path, bytes]) => [path, bytes.toString('utf8')])),
      aws: aws({ region, signal: call.signal, ...(profile ? { profile } : {}) }),
      signal: call.signal,
      holder: holder(),
    },
  };
}

/** What is no verb's, but is shown as such. */
export async function* one(event: Event): AsyncGenerator<Event, void> {
  yield event;
}
