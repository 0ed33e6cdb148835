/** A site on AWS begins closed: until its data is there, whoever came first could install it. */
import { digestOf } from '../../project/site-key.ts';
import type { Cloud } from '../cloud.ts';
import { hasResources, type StackSnapshot } from './describe.ts';

interface Closing {
  /** Visitors get a page and 503. */
  isClosed: boolean;
  /** For a stack that is made now; one that is there stays as it is. */
  closedBy?: string;
}

export async function closingOf({ siteKey }: Cloud, snapshots: readonly StackSnapshot[]): Promise<Closing> {
  const edge = snapshots.find(({ stack }) => stack.part === 'edge');
  if (!edge?.template.parameters.has('ClosedBy')) return { isClosed: false };
  const { info } = edge;
  if (info && hasResources(info)) return { isClosed: Boolean(info.parameters.ClosedBy) };
  return { isClosed: true, closedBy: digestOf(await siteKey.make()) };
}
