/** One replica of few machines, for tests whose question is not search or shared files. In this order. */
import { afterAll, beforeAll, describe } from 'vitest';
import { testCrash } from './crash.ts';
import { testFeatures } from './features.ts';
import { testFiles } from './files.ts';
import { testParity } from './parity.ts';
import { testPurge } from './purge.ts';
import { light, newReplica } from './replica.ts';
import { testScale } from './scale.ts';
import { testWhy } from './why.ts';

const settings = `site: { name: light }\n${light}`;
const replica = await newReplica(settings);
beforeAll(() => replica.ensure('up'));
afterAll(() => replica.remove());

describe('parity', () => testParity(replica));
describe('purge', () => testPurge(replica));
describe('files', () => testFiles(replica));
describe('why', () => testWhy(replica));
describe('features', () => testFeatures(replica));
describe('scale', () => testScale(replica, settings));
describe('a crash', () => testCrash(replica, settings));
