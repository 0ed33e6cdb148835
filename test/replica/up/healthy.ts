import type { Event } from '../../../src/events.ts';
import { only } from '../replica.ts';

/** Of a site without search and shared files. */
export const names = ['lb', 'web-1', 'web-2', 'admin', 'mysql', 'memcached-1', 'memcached-2', 's3', 'mail'];

/** Names of the machines that were said to be healthy. */
export const healthy = (events: readonly Event[]) =>
  only(events, 'machine')
    .filter(({ state }) => state === 'healthy')
    .map(({ name }) => name)
    .sort();
