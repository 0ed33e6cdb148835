/** One replica of all machines: a person makes it; then come the tests that leave it as it was. In this order. */
import { afterAll, describe } from 'vitest';
import { testSolr } from '../docker/solr.ts';
import { testFirstStart } from './first-start.ts';
import { newReplica } from './replica.ts';
import { testStops } from './stops.ts';

const replica = await newReplica(undefined);
afterAll(() => replica.remove());

describe('who only presses Enter', () => testFirstStart(replica));
describe('what stops', () => testStops(replica));
describe('Solr', () => testSolr(replica));
