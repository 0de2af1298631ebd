import { storeCases, type StoreStage } from '@cardwright/cms/store-suite';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { drizzleStage, memoryStage } from './stages.js';

/** What `Store` promises, for each store there is. */

let server: OwnDatabase;
beforeAll(async () => {
  server = await openDatabase();
});
afterAll(() => server.stop());

describe.each<[string, () => Promise<StoreStage>]>([
  ['in memory', memoryStage],
  ['on PGlite', () => drizzleStage({ folder: 'memory://' })],
  ['on PostgreSQL', () => drizzleStage({ url: server.url })],
])('the store %s', (_name, open) => {
  let stage: StoreStage;
  beforeAll(async () => {
    stage = await open();
  });
  afterAll(() => stage.close());

  for (const { name, run } of storeCases) it(name, () => run(stage));
});
