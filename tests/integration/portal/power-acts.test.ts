import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { desc, sql } from 'drizzle-orm';
import {
  confirmAccount,
  disableAccount,
  enableAccount,
  findIdOf,
  resetPassword,
} from '../../../portal/src/server/accounts/local-accounts.js';
import { insertAccount } from '../../../portal/src/server/accounts/accounts.js';
import { readIndependence, THE_SERVER, type Actor } from '../../../portal/src/server/accounts/power-acts.js';
import { openSession } from '../../../portal/src/server/accounts/sessions.js';
import { lockAccount } from '../../../portal/src/server/accounts/standing.js';
import { account } from '../../../portal/src/server/commands/account/account.js';
import { backup } from '../../../portal/src/server/commands/backup.js';
import { checkAppointedByUpgrade } from '../../../portal/src/server/commands/doctor/independence.js';
import { openPostgresForReading } from '../../../portal/src/server/commands/doctor/read-only-database.js';
import { restore } from '../../../portal/src/server/commands/restore.js';
import { createKeyFile } from '../../../portal/src/server/keys/key-ring.js';
import { accountOf } from '../../../portal/src/server/login/identities.js';
import type { Grant, Role } from '../../../portal/src/server/rights.js';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import { audit, powerActs, sessions } from '../../../portal/src/server/store/schema.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { ACCOUNTS } from './support/test-portal.js';
import { transactionsWait } from './support/waiting-transactions.js';

/** The database keeps who put whose account into whose hands. Olga and oscar are administrators whom the server has appointed. */

let server: OwnDatabase;
let store: PortalDatabase;
beforeEach(async () => {
  server = await openDatabase({ accounts: ACCOUNTS });
  store = await openPortalDatabase(server);
});
afterEach(async () => {
  await store.close();
  await server.stop();
});

const idOf = async (username: string, { db } = store): Promise<string> => (await findIdOf(db, username)) ?? '';
const actor = async (username: string, at = store): Promise<Actor> => ({ id: await idOf(username, at), username });

/** The names of those in whose hands an account is, besides its own; `unknown` if nothing is known of it. */
async function handsOn(username: string, at = store): Promise<string[]> {
  const names = await Promise.all(ACCOUNTS.map(async (one) => [await idOf(one.username, at), one.username] as const));
  const hands = (await readIndependence(at.db)).handsOn(await idOf(username, at));
  return hands.map((id) => new Map(names).get(id) ?? id).sort();
}

/** Makes an administrator, as someone. */
const make = async (username: string, by: Actor): Promise<string> => {
  const made = await store.db.transaction((transaction) =>
    insertAccount(transaction, { username, displayName: username, role: ['administrator'] }, null, by),
  );
  return typeof made === 'string' ? made : made.id;
};

/** Runs the command `account`, and returns what it prints. */
async function run(...args: readonly string[]): Promise<string> {
  const lines: string[] = [];
  expect(await account(args, { DATABASE_URL: server.url }, (line) => lines.push(line))).toBe(0);
  return lines.join('\n');
}

/** Takes away what the migration has brought, as an older portal has it. */
const BEFORE = sql.raw(`
  DROP TABLE power_acts;
  DROP FUNCTION refuse_change_of_power_acts;
  DELETE FROM migrations WHERE name = '0037-independence.sql'`);

/** The findings of `doctor` about accounts that the upgrade has appointed. */
async function doctor({ url }: OwnDatabase): Promise<string> {
  const database = await openPostgresForReading(url);
  try {
    return (await checkAppointedByUpgrade(database)).map(({ text }) => text).join('\n');
  } finally {
    await database.close();
  }
}

describe('an installation from before', () => {
  it('has everyone with power appointed, so that nobody is locked out, and doctor names them until they are confirmed', async () => {
    await store.db.execute(BEFORE);
    await store.close();
    store = await openPortalDatabase(server);
    const acts = await store.db.select().from(powerActs);
    expect(acts.map(({ kind, what }) => `${kind} ${what}`)).toEqual(['appointed upgrade', 'appointed upgrade']);
    expect([await handsOn('olga'), await handsOn('oscar'), await handsOn('alice')]).toEqual([[], [], ['unknown']]);
    const independence = await readIndependence(store.db);
    expect(independence.areIndependent(await idOf('olga'), await idOf('oscar'))).toBe(true);
    expect(independence.areIndependent(await idOf('alice'), await idOf('bob'))).toBe(false);
    expect(await doctor(server)).toMatch(/appointed by the server: olga, oscar\.$/);
    await run('confirm', 'olga');
    expect(await doctor(server)).toMatch(/appointed by the server: oscar\.$/);
    await run('confirm', 'oscar');
    expect(await doctor(server)).toBe('');
  });
});

describe('the command account confirm', () => {
  it('takes an account out of the hands of whoever made it, and the log says so', async () => {
    await make('puppet', await actor('olga'));
    expect(await handsOn('puppet')).toEqual(['olga']);
    expect(await run('confirm', 'puppet')).toBe("puppet is in nobody else's hands.");
    expect(await handsOn('puppet')).toEqual([]);
    const [entry] = await store.db.select().from(audit).orderBy(desc(audit.id)).limit(1);
    expect(entry).toMatchObject({ actor: 'command line', event: 'account.confirmed', detail: { username: 'puppet' } });
  });

  it('is not needed for whom the command makes or gives roles to, and is for whom it enables or resets', async () => {
    await run('add', 'ben', '--display-name', 'Ben', '--role', 'administrator');
    expect(await handsOn('ben')).toEqual([]);
    const puppet = await make('puppet', await actor('olga'));
    await disableAccount(store.db, puppet, THE_SERVER);
    for (const verb of ['enable', 'reset']) await run(verb, 'puppet');
    expect(await handsOn('puppet')).toEqual(['olga']);
    await run('roles', 'puppet', 'operator');
    expect(await handsOn('puppet')).toEqual([]);
  });
});

describe('two who do something at once', () => {
  /** Does things that all wait for an account, and lets them go on together. */
  async function atOnce<T>(id: string, ...acts: readonly (() => Promise<T>)[]): Promise<T[]> {
    const doing: Promise<T>[] = [];
    await store.db.transaction(async (transaction) => {
      await lockAccount(transaction, id);
      for (const [index, act] of acts.entries()) {
        doing.push(act());
        await transactionsWait(store, index + 1);
      }
    });
    return Promise.all(doing);
  }
  const saying = (id: string, by: Actor) => () => confirmAccount(store.db, id, by);

  it('confirm an account that both had in hand: their two words count', async () => {
    const [olga, oscar] = [await actor('olga'), await actor('oscar')];
    const id = await make('puppet', olga);
    await resetPassword(store.db, id, oscar);
    const outcomes = await atOnce(id, saying(id, olga), saying(id, oscar));
    expect(outcomes.map(({ refusal }) => refusal)).toEqual([null, null]);
    expect(await handsOn('puppet')).toEqual([]);
  });

  it('are no two if they are one, whose second word does not count', async () => {
    const [olga, oscar] = [await actor('olga'), await actor('oscar')];
    const id = await make('puppet', olga);
    await resetPassword(store.db, id, oscar);
    const outcomes = await atOnce(id, saying(id, oscar), saying(id, oscar));
    expect(outcomes.map(({ refusal }) => refusal).sort()).toEqual(['not-independent', null].sort());
    expect(await handsOn('puppet')).toEqual(['olga', 'oscar']);
  });

  it('confirm and take an account: what was done last counts', async () => {
    const [olga, oscar] = [await actor('olga'), await actor('oscar')];
    const id = await make('puppet', olga);
    const taking = () => resetPassword(store.db, id, olga);
    await atOnce(id, saying(id, oscar), taking);
    expect(await handsOn('puppet')).toEqual(['olga']);
    await atOnce(id, taking, saying(id, oscar));
    expect(await handsOn('puppet')).toEqual([]);
  });
});

describe('the groups of a provider', () => {
  const give = (...roles: readonly Role[]): Grant[] => roles.map((role) => ({ role, group: null }));
  const signIn = (grants: readonly Grant[], groups: readonly string[] = [], username = 'pia') =>
    accountOf(
      store.db,
      {
        issuer: 'https://id.example',
        subject: `subject of ${username}`,
        username,
        displayName: username,
        email: null,
        upn: null,
        sid: null,
        groups: [],
      },
      { grants, groups },
    );

  it('appoint whom they give power, from the first sign-in or from the day on which they do', async () => {
    await signIn(give('administrator'));
    expect(await handsOn('pia')).toEqual([]);
    expect((await readIndependence(store.db)).areIndependent(await idOf('pia'), await idOf('olga'))).toBe(true);
    await signIn(give('user'), [], 'max');
    await resetOwnHands('max');
    await signIn(give('user', 'administrator'), [], 'max');
    expect(await handsOn('max')).toEqual([]);
  });

  it('say nothing by another sign-in with the same roles, so that what was taken stays so', async () => {
    await signIn(give('administrator'));
    await resetOwnHands('pia');
    await signIn(give('administrator'), ['Sales']);
    expect(await handsOn('pia')).toEqual(['olga']);
    await signIn(give('operator'));
    expect(await handsOn('pia')).toEqual([]);
  });

  it('end the sessions of before by a sign-in with other roles, and by none with the same', async () => {
    const user = await signIn(give('user', 'administrator'));
    if (typeof user === 'string') throw new Error('pia signs in');
    const ends = { idle: 3_600_000, lifetime: 3_600_000 };
    await openSession(store.db, user, { by: 'provider', device: null }, ends, undefined);
    await signIn(give('user', 'administrator'), ['Sales']);
    expect(await store.db.$count(sessions)).toBe(1);
    await signIn(give('user'));
    expect(await store.db.$count(sessions)).toBe(0);
  });

  it('appoint nobody who comes with the name of a local account', async () => {
    await make('puppet', await actor('olga'));
    expect(await signIn(give('administrator'), [], 'puppet')).toBe('taken');
    expect(await handsOn('puppet')).toEqual(['olga']);
  });

  /** Puts an account into the hands of olga, who disables it and enables it again. */
  async function resetOwnHands(username: string): Promise<void> {
    const [id, olga] = [await idOf(username), await actor('olga')];
    for (const change of [disableAccount, enableAccount]) await change(store.db, id, olga);
    expect(await handsOn(username)).toEqual(['olga']);
  }
});

describe('an older backup', () => {
  let restored: OwnDatabase;
  let folder: string;
  beforeEach(async () => {
    restored = await openDatabase({ tables: false });
    folder = await mkdtemp(join(tmpdir(), 'cardwright-acts-'));
    await createKeyFile(join(folder, 'keys.json'));
  });
  afterEach(() => Promise.all([restored.stop(), rm(folder, { recursive: true, force: true })]));

  const environmentOf = ({ url }: OwnDatabase): NodeJS.ProcessEnv => ({ DATABASE_URL: url, CARDWRIGHT_DATA: folder });
  const file = (): string => join(folder, 'backup.gz');
  /** Makes a backup, does something, and opens what is restored from the backup. */
  async function restoreAfter(meanwhile: () => Promise<unknown>): Promise<PortalDatabase> {
    expect(await backup([file()], environmentOf(server), () => undefined)).toBe(0);
    await meanwhile();
    expect(await restore([file()], environmentOf(restored), () => undefined)).toBe(0);
    return openPortalDatabase(restored);
  }

  it('brings back in whose hands an account was, and keeps what is done from then on', async () => {
    const id = await make('puppet', await actor('olga'));
    const before = await store.db.select({ id: powerActs.id }).from(powerActs).orderBy(desc(powerActs.id)).limit(1);
    const again = await restoreAfter(() => confirmAccount(store.db, id, THE_SERVER));
    try {
      expect([await handsOn('puppet'), await handsOn('puppet', again)]).toEqual([[], ['olga']]);
      expect(await confirmAccount(again.db, id, await actor('olga', again))).toMatchObject({
        refusal: 'not-independent',
      });
      expect(await confirmAccount(again.db, id, await actor('oscar', again))).toMatchObject({ refusal: null });
      expect(await handsOn('puppet', again)).toEqual([]);
      const [last] = await again.db.select().from(powerActs).orderBy(desc(powerActs.id)).limit(1);
      expect(last?.id).toBeGreaterThan(before[0]?.id ?? Infinity);
    } finally {
      await again.close();
    }
  });

  it('of an older portal has everyone with power appointed at the next start, as an upgrade has', async () => {
    await store.db.execute(BEFORE);
    const again = await restoreAfter(() => Promise.resolve());
    try {
      expect([await handsOn('olga', again), await handsOn('oscar', again)]).toEqual([[], []]);
      expect(await doctor(restored)).toMatch(/appointed by the server: olga, oscar\.$/);
    } finally {
      await again.close();
    }
  });
});
