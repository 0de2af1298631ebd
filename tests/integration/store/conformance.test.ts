import { storeCases, type StoreStage } from '@cardwright/cms/store-suite';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { memoryStage } from '../../support/memory-stage.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { everyOrSome } from '../../support/thorough.js';
import { drizzleStage } from './drizzle-stage.js';

let server: OwnDatabase;
beforeAll(async () => {
  server = await openDatabase();
});
afterAll(() => server.stop());

const STORES: readonly (readonly [string, () => Promise<StoreStage>])[] = [
  ['in memory', memoryStage],
  ['on PGlite', () => drizzleStage({ folder: 'memory://' })],
  ['on PostgreSQL', () => drizzleStage({ url: server.url })],
];

describe.each(everyOrSome(STORES, ([name]) => name !== 'on PGlite'))('the store %s', (_name, open) => {
  let stage: StoreStage;
  beforeAll(async () => {
    stage = await open();
  });
  afterAll(() => stage.close());

  for (const { name, run } of storeCases) it(name, () => run(stage));
});
