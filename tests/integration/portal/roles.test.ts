import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { inRepository } from '@cardwright/stage';
import { asc, eq } from 'drizzle-orm';
import { createDemoAccount, type NewAccount } from '../../../portal/src/server/accounts/accounts.js';
import { grantsOf, insertGrants, setGrants, type Grant, type Role } from '../../../portal/src/server/accounts/roles.js';
import { connect } from '../../../portal/src/server/store/backup/connect.js';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import type { DatabaseLocation } from '../../../portal/src/server/store/location.js';
import { migrate } from '../../../portal/src/server/store/migrate.js';
import { userRoles, users } from '../../../portal/src/server/store/schema.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { everyOrSome } from '../../support/thorough.js';
import { Browser, startTestPortal, type TestPortal } from './support/test-portal.js';
import { transactionsWait } from './support/waiting-transactions.js';

const everywhere = (...roles: readonly Role[]): Grant[] => roles.map((role) => ({ role, group: null }));

/** Returns the id of a person. */
async function idOf({ db }: PortalDatabase, username: string): Promise<string> {
  const [user] = await db.select().from(users).where(eq(users.username, username));
  if (!user) throw new Error(`nobody is called ${username}`);
  return user.id;
}

describe('the roles of a portal from before there were roles', () => {
  const MIGRATIONS = inRepository('portal', 'migrations');
  const PEOPLE = `INSERT INTO users (id, username, display_name, role, password_hash) VALUES
    (gen_random_uuid(), 'ada', 'Ada', 'operator', 'hash'), (gen_random_uuid(), 'bob', 'Bob', 'user', 'hash');`;
  let folder: string;
  let postgres: OwnDatabase;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cardwright-roles-'));
    postgres = await openDatabase({ tables: false });
    for (const name of (await readdir(MIGRATIONS)).filter((one) => one < '0028'))
      await cp(join(MIGRATIONS, name), join(folder, 'migrations', name));
  });
  afterAll(async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const ENGINES: readonly (readonly [string, () => DatabaseLocation])[] = [
    ['the embedded database', () => ({ folder: join(folder, 'database') })],
    ['PostgreSQL', () => ({ url: postgres.url })],
  ];
  it.each(everyOrSome(ENGINES, ([engine]) => engine === 'PostgreSQL'))(
    'permit in %s what was permitted before',
    async (_engine, place) => {
      const connection = await connect(place());
      // The embedded database has the tables of today, of which those of the older portal take the place.
      await connection.run('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
      await migrate(connection, join(folder, 'migrations'));
      await connection.run(PEOPLE);
      await connection.close();
      const store = await openPortalDatabase(place());
      try {
        const people = await store.db.select().from(users).orderBy(asc(users.username));
        const grants = people.map(async ({ id, username }) => [username, await grantsOf(store.db, id)]);
        expect(Object.fromEntries(await Promise.all(grants))).toEqual({
          ada: everywhere('user', 'operator', 'administrator'),
          bob: everywhere('user'),
        });
      } finally {
        await store.close();
      }
    },
  );
});

describe('an account of the settings', () => {
  it('has the roles of its list, or those of the word that it is', async () => {
    const database = await openDatabase();
    const store = await openPortalDatabase({ url: database.url });
    try {
      const roles: readonly (readonly [NewAccount['role'], readonly Role[]])[] = [
        [
          ['auditor', 'help-desk', 'auditor'],
          ['help-desk', 'auditor'],
        ],
        ['operator', ['user', 'operator', 'administrator']],
        ['user', ['user']],
        [[], []],
      ];
      for (const [index, [role, expected]] of roles.entries()) {
        const username = `person-${index}`;
        await createDemoAccount(store.db, { username, password: 'long-enough', displayName: 'Someone', role });
        expect(await grantsOf(store.db, await idOf(store, username))).toEqual(everywhere(...expected));
      }
    } finally {
      await store.close();
      await database.stop();
    }
  });
});

describe('the last administrator', () => {
  let portal: TestPortal;
  let store: PortalDatabase;
  let [olga, oscar] = ['', ''];
  beforeAll(async () => {
    portal = await startTestPortal();
    store = await openPortalDatabase(portal.configuration.database);
    [olga, oscar] = [await idOf(store, 'olga'), await idOf(store, 'oscar')];
  });
  afterEach(async () => {
    for (const id of [olga, oscar]) await store.db.delete(userRoles).where(eq(userRoles.userId, id));
    for (const id of [olga, oscar]) await insertGrants(store.db, id, everywhere('user', 'operator', 'administrator'));
  });
  afterAll(async () => {
    await store.close();
    await portal.remove();
  });
  const refused = expect.objectContaining({ code: 'LAST_ADMINISTRATOR' });
  const areLeft = async (): Promise<string[]> => {
    const all = await Promise.all([olga, oscar].map((id) => grantsOf(store.db, id)));
    return [olga, oscar].filter((_, index) => all[index]?.some(({ role }) => role === 'administrator'));
  };

  it('stays, whatever else is taken, and one for a group of people does not count', async () => {
    await setGrants(store.db, oscar, [{ role: 'administrator', group: 'Sales' }, ...everywhere('auditor')]);
    await expect(setGrants(store.db, olga, [])).rejects.toEqual(refused);
    await expect(setGrants(store.db, olga, [{ role: 'administrator', group: 'Sales' }])).rejects.toEqual(refused);
    expect(await grantsOf(store.db, olga)).toEqual(everywhere('user', 'operator', 'administrator'));
    await setGrants(store.db, olga, everywhere('administrator'));
    expect(await areLeft()).toContain(olga);
  });

  it('stays when two are taken at the same moment', async () => {
    let second: Promise<unknown> = Promise.resolve();
    await store.db.transaction(async (transaction) => {
      await setGrants(transaction, olga, []);
      second = setGrants(store.db, oscar, []).catch((error: unknown) => error);
      await transactionsWait(store);
    });
    expect(await second).toEqual(refused);
    expect(await areLeft()).toEqual([oscar]);
  });

  it('stays when two administrators take the role from each other', async () => {
    const take = async (username: string, id: string) => {
      const browser = await Browser.login(portal, username);
      return () => browser.send('PUT', `/api/operator/people/${id}/roles`, { grants: everywhere('user') });
    };
    const takes = [await take('olga', oscar), await take('oscar', olga)];
    const answers = await Promise.all(takes.map((one) => one()));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const [code] = answers.flatMap((answer) => answer.code ?? []);
    expect(['LAST_ADMINISTRATOR', 'FORBIDDEN']).toContain(code);
    expect(await areLeft()).toHaveLength(1);
  });
});
