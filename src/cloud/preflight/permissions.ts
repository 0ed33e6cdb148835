import { UserError } from '../../errors.ts';
import type { Finding } from '../../events.ts';
import type { Statement } from '../cloud.ts';
import { type Account, good, warning } from './finding.ts';

export async function checkPermissions(
  account: Account,
  arn: string,
  statements: readonly Statement[],
): Promise<Finding> {
  const user = principalOf(arn);
  if (!user || statements.length === 0)
    return good('permissions', user ? 'not simulated' : 'the root user is allowed to do everything');
  try {
    const denied = (await Promise.all(statements.map((each) => account.denied(user, each)))).flat();
    const count = statements.reduce((sum, { actions }) => sum + actions.length, 0);
    if (denied.length === 0) return good('permissions', `${count} actions, simulated`);
    const some = denied.slice(0, 3).join(', ');
    const more = denied.length > 3 ? ` and ${denied.length - 3} more` : '';
    return warning('permissions', `not allowed: ${some}${more}`, 'the policies in cfn/iam/ allow all of them');
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return warning(
      'permissions',
      'not simulated: this identity is not allowed to',
      'allow iam:SimulatePrincipalPolicy',
    );
  }
}

/** The user or role behind an identity; undefined: the root user. */
function principalOf(arn: string): string | undefined {
  const role = /^arn:([\w-]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn);
  if (role) return `arn:${role[1]}:iam::${role[2]}:role/${role[3]}`;
  return arn.endsWith(':root') ? undefined : arn;
}
