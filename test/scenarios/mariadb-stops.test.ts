/** The whole architecture with MariaDB. */
import { afterAll, beforeAll, describe } from 'vitest';
import { newReplica } from './replica.ts';
import { testStops } from './stops.ts';

const replica = await newReplica('site: { name: stops }\ndatabase: { engine: mariadb }\n');
beforeAll(() => replica.ensure('up'));
afterAll(() => replica.remove());

describe('what stops, with mariadb', () => testStops(replica, 'mariadb'));
