import { afterAll, beforeAll, describe } from '@jest/globals';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { cardCases } from './cases/cards.js';
import { lockCases } from './cases/locks.js';
import { passkeyCases } from './cases/passkeys.js';
import { policyCases } from './cases/policies.js';
import { spendingCases } from './cases/spending.js';
import { writtenCases } from './cases/written.js';
import { drizzleStage, memoryStage, type StoreStage } from './stages.js';

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
  let opened: StoreStage;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.close());
  const stage = (): StoreStage => opened;

  lockCases(stage);
  cardCases(stage);
  writtenCases(stage);
  passkeyCases(stage);
  policyCases(stage);
  spendingCases(stage);
});
