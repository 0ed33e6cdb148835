import type { Finding } from '../../events.ts';
import type { Cloud } from '../cloud.ts';
import { warning } from './finding.ts';

/** Seconds for which CloudFront and the load balancer wait for an answer (cfn/58-edge.yaml); CloudFront allows no more without a quota. */
export const longestRequest = 60;

/** The replica waits as long as PHP may work; AWS does not. */
export function requestTimeFinding({ settings }: Pick<Cloud, 'settings'>): Finding | undefined {
  const { maxExecutionTime } = settings.php;
  if (maxExecutionTime <= longestRequest) return undefined;
  return warning(
    'request time',
    `php.maxExecutionTime is ${maxExecutionTime} s; on AWS a visitor gets an error (504) after ${longestRequest} s, while PHP works on`,
    `php.maxExecutionTime: ${longestRequest} in bootdev.yaml, and longer work in several requests or in cron`,
  );
}
