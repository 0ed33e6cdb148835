import type { Finding } from '../../events.ts';
import type { Cloud } from '../cloud.ts';
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
