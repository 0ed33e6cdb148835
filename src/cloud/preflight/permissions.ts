import { Interrupted } from '../../errors.ts';
import type { Finding } from '../../events.ts';
import type { Statement } from '../cloud.ts';
import { type Account, good, warning } from './finding.ts';

/** Only a help: whatever goes wrong here, promote can do without it. */
export async function checkPermissions(
  account: Account,
  arn: string,
  statements: readonly Statement[],
): Promise<Finding> {
  if (arn.endsWith(':root')) return good('permissions', 'the root user is allowed to do everything');
  if (statements.length === 0) return good('permissions', 'not simulated');
  try {
    const user = await principalOf(account, arn);
    const denied = (await Promise.all(statements.map((each) => account.denied(user, each)))).flat();
    const count = statements.reduce((sum, { actions }) => sum + actions.length, 0);
    if (denied.length === 0) return good('permissions', `${count} actions, simulated`);
    const some = denied.slice(0, 3).join(', ');
    const more = denied.length > 3 ? ` and ${denied.length - 3} more` : '';
    return warning('permissions', `not allowed: ${some}${more}`, 'the policies in cfn/iam/ allow all of them');
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    return warning(
      'permissions',
      `not simulated: ${(error as Error).message}`,
      'allow iam:SimulatePrincipalPolicy and iam:GetRole, or go on without: AWS names what it refuses',
    );
  }
}

/** The user or role behind an identity. Roles of SSO have a path (aws-reserved/sso.amazonaws.com/…), which only IAM tells. */
async function principalOf(account: Account, arn: string): Promise<string> {
  const role = /^arn:[\w-]+:sts::\d+:assumed-role\/([^/]+)\//.exec(arn)?.[1];
  return role === undefined ? arn : account.role(role);
}
