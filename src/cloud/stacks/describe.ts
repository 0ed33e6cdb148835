import type { StackInfo } from '../../io/aws/aws.ts';
import type { Cloud } from '../cloud.ts';
import { type Stack, usedStacks } from './stacks.ts';
import { readTemplate, type Template } from './template.ts';

/** A stack as it is and as its template has it. */
export interface StackSnapshot {
  stack: Stack;
  /** shop-production-web */
  name: string;
  template: Template;
  info?: StackInfo;
  /** The template that the stack was deployed with, where there is a stack. */
  deployedTemplate?: string;
}

const stackName = ({ project }: Pick<Cloud, 'project'>, { part }: Stack) => `${project}-${part}`;

export const cloudformationOf = ({ aws }: Cloud, { region }: Stack) => aws.cloudformation(region);

export async function describeStacks(
  cloud: Cloud,
  list: readonly Stack[] = usedStacks(cloud.settings),
): Promise<StackSnapshot[]> {
  return Promise.all(
    list.map(async (stack) => {
      const name = stackName(cloud, stack);
      const body = cloud.templates.get(stack.file);
      if (body === undefined) throw new Error(`cfn/${stack.file} is not in the package`);
      const cfn = await cloudformationOf(cloud, stack);
      const info = await cfn.stack(name);
      const deployedTemplate = info && hasResources(info) ? await cfn.template(name) : undefined;
      return {
        stack,
        name,
        template: readTemplate(body),
        ...(info ? { info } : {}),
        ...(deployedTemplate === undefined ? {} : { deployedTemplate }),
      };
    }),
  );
}

export const isInProgress = ({ status }: StackInfo) => /_IN_PROGRESS$/.test(status) && status !== 'REVIEW_IN_PROGRESS';

/** Created, and not being deleted. */
export const hasResources = ({ status }: StackInfo) =>
  !['REVIEW_IN_PROGRESS', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED', 'DELETE_FAILED', 'CREATE_FAILED'].includes(status) &&
  !status.startsWith('DELETE_');

export const isForeign = ({ projectId }: Cloud, { tags, status }: StackInfo) =>
  status !== 'REVIEW_IN_PROGRESS' && tags['bootdev:project'] !== projectId;
