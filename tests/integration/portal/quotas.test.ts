import { randomUUID } from 'node:crypto';
import { newKeyRing } from '@cardwright/cms/keys';
import { spend as spendOf } from '@cardwright/cms/operations';
import type { Spending } from '@cardwright/cms/store';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eq, sql } from 'drizzle-orm';
import { createDemoAccount } from '../../../portal/src/server/accounts/accounts.js';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import type { DatabaseLocation } from '../../../portal/src/server/store/location.js';
import { drizzleStore } from '../../../portal/src/server/store/drizzle-store.js';
import { quotas, users } from '../../../portal/src/server/store/schema.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { everyOrSome } from '../../support/thorough.js';
import { expectSince } from '../../support/moment.js';

let server: OwnDatabase;
beforeAll(async () => {
  server = await openDatabase({ tables: false });
});
afterAll(() => server.stop());

const ENGINES: readonly (readonly [string, () => DatabaseLocation])[] = [
  ['PGlite', () => ({ folder: 'memory://' })],
  ['PostgreSQL', () => ({ url: server.url })],
];

describe.each(everyOrSome(ENGINES, ([engine]) => engine === 'PostgreSQL'))('a quota on %s', (_engine, location) => {
  let store: PortalDatabase;
  beforeAll(async () => {
    store = await openPortalDatabase(location());
  });
  afterAll(() => store.close());

  const spend = async (id: string, what: Spending, limit: number): Promise<void> =>
    spendOf(drizzleStore(store, await newKeyRing()), { id }, what, limit);

  async function newUser(): Promise<string> {
    const username = `user-${randomUUID()}`;
    await createDemoAccount(store.db, { username, password: 'long-enough', displayName: 'Someone', role: 'user' });
    const [user] = await store.db.select().from(users).where(eq(users.username, username));
    return user?.id ?? '';
  }

  it('is never exceeded, however many concurrent uses there are', async () => {
    const user = await newUser();
    const uses = await Promise.allSettled(Array.from({ length: 40 }, () => spend(user, 'operation', 10)));
    expect(uses.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    for (const use of uses.filter((one) => one.status === 'rejected'))
      expect(use.reason).toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('is separate for each user and each kind of use', async () => {
    const [one, other] = [await newUser(), await newUser()];
    await spend(one, 'operation', 1);
    await spend(one, 'witness', 1);
    await spend(other, 'operation', 1);
    await expect(spend(one, 'witness', 1)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('reports when the next use is possible, an hour after the first, and allows it then', async () => {
    const user = await newUser();
    const before = Date.now();
    await spend(user, 'operation', 1);
    const refused = await spend(user, 'operation', 1).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'RATE_LIMITED', retryAfter: expect.any(Number) });
    const [row] = await store.db.select().from(quotas).where(eq(quotas.userId, user));
    expectSince(row?.windowEndsAt, before, 60 * 60_000);
    await store.db
      .update(quotas)
      .set({ windowEndsAt: sql`now()` })
      .where(eq(quotas.userId, user));
    await spend(user, 'operation', 1);
    await expect(spend(user, 'operation', 1)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('counts no new use into the hour of a lower limit', async () => {
    const user = await newUser();
    for (let use = 0; use < 5; use += 1) await spend(user, 'witness', 5);
    await expect(spend(user, 'witness', 2)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });
});
