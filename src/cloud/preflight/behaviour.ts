/** What AWS does otherwise than the replica, where a setting depends on it. */
import type { Finding } from '../../events.ts';
import type { Cloud } from '../cloud.ts';
import { onAlb } from '../stacks/balancer.ts';
import { warning } from './finding.ts';

/** Seconds that CloudFront and the load balancer wait for an answer (cfn/58-edge.yaml); CloudFront allows more only with a higher quota. */
export const longestRequest = 60;

/** The replica waits as long as PHP is allowed to run; AWS does not. */
export function checkRequestTime({ settings }: Pick<Cloud, 'settings'>): Finding | undefined {
  const { maxExecutionTime } = settings.php;
  if (maxExecutionTime <= longestRequest) return undefined;
  return warning(
    'request time',
    `php.maxExecutionTime is ${maxExecutionTime} s, but on AWS a visitor gets an error (504) after ${longestRequest} s while PHP is still running`,
    `set php.maxExecutionTime: ${longestRequest} in bootdev.yaml; split longer work into several requests or move it to cron`,
  );
}

/** LVS distributes connections here; on AWS an ALB distributes requests. */
export function checkBalancer({ settings: { balancer } }: Pick<Cloud, 'settings'>): Finding | undefined {
  const { algorithm, sticky, lost } = onAlb(balancer);
  if (lost === '') return undefined;
  const cookie = sticky ? ' with a cookie' : '';
  return warning(
    'balancer',
    `LVS' ${balancer.scheduler} becomes ${algorithm}${cookie} of the ALB: ${lost}`,
    'to rehearse what AWS will do: balancer.kind: haproxy in bootdev.yaml',
  );
}
