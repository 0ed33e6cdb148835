/** RDS's own lock: a database with DeletionProtection is not deleted before it was modified, which one that is being created cannot be. */
import { ApiError } from './api-error.ts';
import type { FakeResource } from './stack-types.ts';
import type { Tree } from './xml.ts';

export class FakeRds {
  private readonly unlocked = new Set<string>();

  /** Why it cannot be deleted; undefined: it is deleted. */
  remove({ physical, properties }: FakeResource): string | undefined {
    if (!properties.DeletionProtection || this.unlocked.has(physical)) return undefined;
    return 'Cannot delete protected DB Instance, please disable deletion protection and try again. (Service: Rds, Status Code: 400)';
  }

  modify(form: URLSearchParams, resources: readonly FakeResource[]): Tree {
    const id = form.get('DBInstanceIdentifier') ?? '';
    const found = resources.find(({ type, physical }) => type === 'AWS::RDS::DBInstance' && physical === id);
    if (!found) throw new ApiError('DBInstanceNotFound', `DBInstance ${id} not found.`, 404);
    if (found.status === 'CREATE_IN_PROGRESS')
      throw new ApiError('InvalidDBInstanceState', `Instance ${id} is not currently in the available state.`);
    if (form.get('DeletionProtection') === 'false') this.unlocked.add(id);
    return { DBInstance: { DBInstanceIdentifier: id } };
  }
}
