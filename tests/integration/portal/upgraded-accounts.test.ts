import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { checkDemoAccounts } from '../../../portal/src/server/commands/doctor/demo-accounts.js';
import { openPostgresForReading } from '../../../portal/src/server/commands/doctor/read-only-database.js';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import { audit, users } from '../../../portal/src/server/store/schema.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { ACCOUNTS, Browser, startTestPortal } from './support/test-portal.js';

/** Puts the tables back as they were before the migration of local accounts. */
const BEFORE = sql.raw(`
  DROP TABLE password_links;
  DROP TRIGGER devices_need_owner ON devices;
  DROP FUNCTION require_owner;
  ALTER TABLE users ALTER COLUMN password_hash SET NOT NULL, DROP COLUMN password_changed_at, DROP COLUMN disabled_at,
    DROP COLUMN deleted_at, DROP COLUMN is_demo;
  DELETE FROM migrations WHERE name = '0030-local-accounts.sql'`);

describe('an installation whose people came from the settings', () => {
  let server: OwnDatabase;
  let store: PortalDatabase;
  beforeAll(async () => {
    server = await openDatabase({ accounts: ACCOUNTS });
    const before = await openPortalDatabase(server);
    await before.db.execute(BEFORE);
    // The command init has made one of them, and says so in the log.
    await before.db.insert(audit).values({
      actor: 'command line',
      event: 'operator.made',
      outcome: 'ok',
      detail: { username: 'olga' },
    });
    await before.close();
    store = await openPortalDatabase(server);
  });
  afterAll(() => store.close().then(() => server.stop()));

  it('knows afterwards which accounts are of the settings, and has them named', async () => {
    const rows = await store.db.select().from(users);
    const demo = rows.filter(({ isDemo }) => isDemo).map(({ username }) => username);
    expect(demo.sort()).toEqual(['alice', 'bob', 'oscar']);
    const database = await openPostgresForReading(server.url);
    try {
      const [finding] = await checkDemoAccounts(database);
      expect(finding?.text).toContain('alice, bob, oscar');
    } finally {
      await database.close();
    }
  });

  it('still signs its people in, without the setting', async () => {
    const portal = await startTestPortal({ DATABASE_URL: server.url, CARDWRIGHT_DEMO_ACCOUNTS: '[]' });
    try {
      for (const name of ['alice', 'olga']) await Browser.login(portal, name);
    } finally {
      await portal.remove();
    }
  });
});
