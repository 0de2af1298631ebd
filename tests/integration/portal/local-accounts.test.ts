import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@cardwright/stage';
import { eq, sql } from 'drizzle-orm';
import {
  deleteAccount,
  disableAccount,
  enableAccount,
  findIdOf,
  replaceRoles,
  resetPassword,
} from '../../../portal/src/server/accounts/local-accounts.js';
import { DEMO_COST, Passwords } from '../../../portal/src/server/accounts/password.js';
import { findByLink, setByLink } from '../../../portal/src/server/accounts/password-links.js';
import type { Actor } from '../../../portal/src/server/accounts/power-acts.js';
import { grantsOf, insertGrants, type Role } from '../../../portal/src/server/accounts/roles.js';
import { lockAccount } from '../../../portal/src/server/accounts/standing.js';
import { account } from '../../../portal/src/server/commands/account/account.js';
import { openPortalDatabase, type Database, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import { audit, devices, passwordLinks, sessions, users } from '../../../portal/src/server/store/schema.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import {
  ACCOUNTS,
  Browser,
  listDevices,
  startTestPortal,
  TEST_VENDOR,
  type TestPortal,
} from './support/test-portal.js';
import { transactionsWait } from './support/waiting-transactions.js';
import { expectSince } from '../../support/moment.js';

const NEW = 'another horse battery';
const quick = new Passwords(DEMO_COST);

let server: OwnDatabase;
let store: PortalDatabase;
let portal: TestPortal;
let folder: string;
beforeAll(async () => {
  server = await openDatabase({ accounts: ACCOUNTS });
  store = await openPortalDatabase(server);
  portal = await startTestPortal({ DATABASE_URL: server.url });
  folder = await mkdtemp(join(tmpdir(), 'cardwright-accounts-'));
});
afterAll(async () => {
  await portal.remove();
  await store.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the command `account` in this process. */
async function run(...args: string[]): Promise<{ readonly code: number; readonly text: string }> {
  const lines: string[] = [];
  const code = await account(args, { DATABASE_URL: server.url, CARDWRIGHT_ORIGIN: portal.origin }, (line) =>
    lines.push(line),
  );
  return { code, text: lines.join('\n') };
}

const idOf = async (name: string): Promise<string> => (await findIdOf(store.db, name)) ?? '';
const rowOf = async (name: string) => (await store.db.select().from(users).where(eq(users.username, name)))[0];
const signIn = (username: string, password: string) => new Browser(portal).post('/api/session', { username, password });
const isSignedIn = async (browser: Browser): Promise<boolean> => (await browser.get('/api/devices')).status === 200;
const tokenIn = (text: string): string => /\/set-password#([\w-]{43})$/m.exec(text)?.[1] ?? '';

const isAdministrator = async (db: Database, id: string): Promise<boolean> =>
  (await grantsOf(db, id)).some(({ role }) => role === 'administrator');

let made = 0;
/** Adds an account with a password, and returns its name. */
async function someone(role: Role = 'user'): Promise<string> {
  made += 1;
  const username = `someone-${made}`;
  const passwordHash = await quick.hash(`${username}-password`);
  const id = randomUUID();
  await store.db.insert(users).values({ id, username, displayName: 'Someone', passwordHash });
  await insertGrants(store.db, id, [{ role, group: null }]);
  return username;
}

describe('the command account', () => {
  it('adds an account whose password is in a file, and lists it', async () => {
    const file = join(folder, 'password');
    await writeFile(file, `${NEW}\n`, { mode: 0o600 });
    const args = ['add', 'olaf', '--display-name', 'Olaf Operator', '--role', 'operator', '--password-file', file];
    expect(await run(...args)).toEqual({ code: 0, text: 'There is an account olaf.' });
    expect(await signIn('olaf', NEW)).toMatchObject({
      status: 200,
      body: { user: { rights: expect.arrayContaining(['act-on-devices']) } },
    });
    expect((await rowOf('olaf'))?.passwordHash).toMatch(/^scrypt\$32768\$8\$3\$/);
    expect((await run('list')).text).toContain('olaf\tOlaf Operator\toperator\tactive\n');
    await expect(run(...args)).rejects.toThrow('there is an account olaf already');
  });

  it('refuses a weak password, and adds nobody', async () => {
    const file = join(folder, 'weak');
    await writeFile(file, 'LeaveMeAlone\n', { mode: 0o600 });
    await expect(run('add', 'ines', '--display-name', 'Ines', '--password-file', file)).rejects.toThrow(
      'too weak. It is on the list of common passwords.',
    );
    expect(await rowOf('ines')).toBeUndefined();
  });

  it('adds an account without a password, and prints the link by which its owner sets one', async () => {
    const { text } = await run('add', 'emma', '--display-name', 'Emma', '--email', 'emma@example.com');
    expect(text).toContain(`${portal.origin}/set-password#`);
    expect((await run('list')).text).toContain('emma\tEmma\tuser\thas no password yet');
    expect(await signIn('emma', '')).toMatchObject({ status: 401 });
    expect(await setByLink(store.db, quick, tokenIn(text), NEW)).toBe('set');
    expect(await signIn('emma', NEW)).toMatchObject({ status: 200 });
  });

  it('disables, enables and deletes, with exit code 0, and says why not with an error', async () => {
    const name = await someone();
    expect(await run('disable', name)).toMatchObject({ code: 0, text: expect.stringContaining('is disabled') });
    expect((await run('list')).text).toContain(`${name}\tSomeone\tuser\tdisabled`);
    expect(await run('enable', name)).toMatchObject({ code: 0 });
    expect(await run('delete', name)).toMatchObject({ code: 0 });
    expect((await run('list')).text).not.toContain(`${name}\t`);
    await expect(run('enable', name)).rejects.toThrow(`${name} was deleted. Nothing was changed`);
    await expect(run('reset', 'nobody')).rejects.toThrow('there is no account nobody. Nothing was changed');
  });

  it.each([
    [],
    ['list', 'all'],
    ['disable'],
    ['disable', 'two', 'names'],
    ['add', 'x'],
    ['add', 'x', NEW],
    ['erase', 'x'],
    ['roles'],
    ['roles', 'x', 'king'],
    ['roles', 'x', 'administrator:Sales'],
    ['roles', 'x', 'auditor:'],
  ])('prints its usage for wrong arguments, and repeats none of them: %j', async (...args) => {
    const { code, text } = await run(...args);
    expect(code).toBe(1);
    expect(text).toMatch(/^Usage: account /);
    expect(text).not.toContain(NEW);
  });

  it('replaces the roles of an account, and signs it out', async () => {
    const name = await someone();
    const browser = await Browser.login(portal, name);
    expect(await run('roles', name, 'help-desk:Sales: north', 'auditor')).toEqual({
      code: 0,
      text: `${name} has these roles now: help-desk for Sales: north, auditor. ${name} is signed out everywhere.`,
    });
    expect(await isSignedIn(browser)).toBe(false);
    expect(await grantsOf(store.db, await idOf(name))).toEqual([
      { role: 'help-desk', group: 'Sales: north' },
      { role: 'auditor', group: null },
    ]);
    expect((await run('list')).text).toContain(`${name}\tSomeone\thelp-desk for Sales: north, auditor\tactive`);
    expect(await run('roles', name)).toMatchObject({ code: 0, text: expect.stringContaining('has no role') });
    await expect(run('roles', 'nobody', 'user')).rejects.toThrow('there is no account nobody. Nothing was changed');
  });

  it('ends the sessions of one, or of everyone, who sign in again', async () => {
    const [alice, bob, olga] = await Promise.all(['alice', 'bob', 'olga'].map((name) => Browser.login(portal, name)));
    if (!alice || !bob || !olga) throw new Error('three are signed in');
    expect((await run('end-sessions', 'alice')).text).toBe('alice is signed out everywhere, and can sign in again.');
    expect([await isSignedIn(alice), await isSignedIn(bob), await isSignedIn(olga)]).toEqual([false, true, true]);
    for (const wrong of [[], ['alice', '--all'], ['--all', 'alice'], ['--everyone']])
      expect(await run('end-sessions', ...wrong)).toMatchObject({ code: 1 });
    await expect(run('end-sessions', 'nobody')).rejects.toThrow('there is no account nobody');
    expect(await isSignedIn(bob)).toBe(true);
    expect((await run('end-sessions', '--all')).text).toMatch(
      /^Everyone is signed out\. Sessions that were ended: \d+\.$/,
    );
    for (const browser of [bob, olga]) expect(await isSignedIn(browser)).toBe(false);
    expect(await store.db.$count(sessions)).toBe(0);
    const entries = await store.db
      .select()
      .from(audit)
      .where(eq(audit.personId, await idOf('bob')));
    const end = { actor: 'command line', event: 'session.ended', detail: { reason: 'ended-by-command' } };
    expect(entries).toContainEqual(expect.objectContaining({ ...end, detail: expect.objectContaining(end.detail) }));
    expect(await isSignedIn(await Browser.login(portal, 'bob'))).toBe(true);
  });

  it('names demo accounts', async () => {
    await store.db.update(users).set({ isDemo: true }).where(eq(users.username, 'bob'));
    expect((await run('list')).text).toMatch(/^bob\t.*\tdemo account$/m);
  });
});

describe('a disabled account', () => {
  it('has no session from the next request on, cannot sign in, and is told the same as an unknown name', async () => {
    const name = await someone();
    const browser = await Browser.login(portal, name);
    await disableAccount(store.db, await idOf(name), { id: null, username: 'olga' });
    expect(await isSignedIn(browser)).toBe(false);
    const disabled = await signIn(name, `${name}-password`);
    const unknown = await signIn('nobody-at-all', `${name}-password`);
    expect([disabled.status, disabled.body]).toEqual([unknown.status, unknown.body]);
  });

  it('has no session even if its row is there, and none of before is alive after it is enabled', async () => {
    const name = await someone();
    const browser = await Browser.login(portal, name);
    const id = await idOf(name);
    await store.db.update(users).set({ disabledAt: new Date() }).where(eq(users.id, id));
    expect(await isSignedIn(browser)).toBe(false);
    await enableAccount(store.db, id, { id: null, username: 'olga' });
    expect(await isSignedIn(browser)).toBe(false);
    expect(await signIn(name, `${name}-password`)).toMatchObject({ status: 200 });
  });
});

describe('a link for a new password', () => {
  let name: string;
  let id: string;
  beforeEach(async () => {
    name = await someone();
    id = await idOf(name);
  });
  const newLink = async (): Promise<string> =>
    (await resetPassword(store.db, id, { id: null, username: 'olga' })).link?.token ?? '';

  /** Begins some requests with a good link, and lets them go on once each has hashed its password and waits for the account. */
  const beforeTheyWrite = <T>(
    count: number,
    begin: () => T,
    meanwhile: (transaction: Database) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<T> =>
    store.db.transaction(async (transaction) => {
      await lockAccount(transaction, id);
      const begun = begin();
      await transactionsWait(store, count);
      await meanwhile(transaction);
      return begun;
    });

  it('sets a password once, ends all sessions, and is of no use to whoever replays it', async () => {
    const browser = await Browser.login(portal, name);
    const token = await newLink();
    expect(await signIn(name, `${name}-password`)).toMatchObject({ status: 200 });
    expect(await setByLink(store.db, quick, token, NEW)).toBe('set');
    expect(await isSignedIn(browser)).toBe(false);
    expect(await setByLink(store.db, quick, token, 'the thief was here now')).toBe('not-valid');
    expect(await signIn(name, NEW)).toMatchObject({ status: 200 });
  });

  it('is used once by two tabs at the same moment', async () => {
    const token = await newLink();
    const tabs = await beforeTheyWrite(2, () =>
      ['first horse battery', 'other horse battery'].map((one) => setByLink(store.db, quick, token, one)),
    );
    expect((await Promise.all(tabs)).sort()).toEqual(['not-valid', 'set']);
  });

  it('sets none for an account that was closed meanwhile, although the link is still there', async () => {
    const token = await newLink();
    const [setting] = await beforeTheyWrite(
      1,
      () => [setByLink(store.db, quick, token, NEW)],
      (transaction) => transaction.update(users).set({ disabledAt: new Date() }).where(eq(users.id, id)),
    );
    expect(await setting).toBe('not-valid');
    expect(await quick.isRight(NEW, (await rowOf(name))?.passwordHash ?? null)).toBe(false);
  });

  it('stays good after a weak password, and says why it is weak', async () => {
    const token = await newLink();
    expect(await setByLink(store.db, quick, token, 'short')).toBe('short');
    expect(await setByLink(store.db, quick, token, `${name}-for-ever`)).toBe('user-name');
    expect(await setByLink(store.db, quick, token, NEW)).toBe('set');
  });

  it('ends with the next link, with a change of the password, and after fifteen minutes', async () => {
    const first = await newLink();
    const before = Date.now();
    const second = await newLink();
    expect(await findByLink(store.db, first)).toBeUndefined();
    expect((await findByLink(store.db, second))?.username).toBe(name);
    const [row] = await store.db.select().from(passwordLinks).where(eq(passwordLinks.userId, id));
    expectSince(row?.expiresAt, before, 15 * 60_000);
    const browser = await Browser.login(portal, name);
    const changed = { password: `${name}-password`, newPassword: NEW };
    expect(await browser.send('PUT', '/api/session/password', changed)).toMatchObject({ body: { problem: null } });
    expect(await setByLink(store.db, quick, second, 'the thief was here now')).toBe('not-valid');
    const third = await newLink();
    await store.db.update(passwordLinks).set({ expiresAt: new Date(Date.now() - 1) });
    expect(await setByLink(store.db, quick, third, 'the thief was here now')).toBe('not-valid');
  });

  it('is dead once the account is disabled, and stays so when it is enabled again', async () => {
    const token = await newLink();
    await disableAccount(store.db, id, { id: null, username: 'olga' });
    expect(await setByLink(store.db, quick, token, NEW)).toBe('not-valid');
    expect(await resetPassword(store.db, id, { id: null, username: 'olga' })).toMatchObject({ refusal: 'disabled' });
    await enableAccount(store.db, id, { id: null, username: 'olga' });
    expect(await setByLink(store.db, quick, token, NEW)).toBe('not-valid');
  });

  it('does not set a password if the account is disabled while the password is hashed', async () => {
    const token = await newLink();
    const slow = new Passwords();
    const setting = setByLink(store.db, slow, token, NEW);
    await disableAccount(store.db, id, { id: null, username: 'olga' });
    expect(await setting).toBe('not-valid');
    expect(await slow.isRight(NEW, (await rowOf(name))?.passwordHash ?? null)).toBe(false);
  });

  it('is neither in the database nor in the audit log, nor is its hash in the log', async () => {
    const token = await newLink();
    const links = await store.db.select().from(passwordLinks);
    const log = await store.db.select().from(audit);
    expect(JSON.stringify([links, log])).not.toContain(token);
    for (const { tokenHash } of links) expect(JSON.stringify(log)).not.toContain(tokenHash);
    expect(log.at(-1)).toMatchObject({ event: 'password-link.made', actor: 'olga', detail: { username: name } });
  });
});

describe('a deleted account', () => {
  it('keeps its names for the log and its former devices, and nothing else of the person', async () => {
    const name = await someone();
    const id = await idOf(name);
    const about = { email: 'someone@example.com', upn: 'someone@example.com', sid: 'S-1-5-21-1-2-3-1104' };
    await store.db.update(users).set(about).where(eq(users.id, id));
    const browser = await Browser.login(portal, name);
    expect(await deleteAccount(store.db, id, { id: null, username: 'olga' })).toMatchObject({ refusal: null });
    expect(await isSignedIn(browser)).toBe(false);
    expect(await signIn(name, `${name}-password`)).toMatchObject({ status: 401 });
    expect(await rowOf(name)).toMatchObject({ email: null, upn: null, sid: null, passwordHash: null });
    expect(await store.db.$count(sessions, eq(sessions.userId, id))).toBe(0);
    // Nobody else gets the name, which the log has.
    await expect(run('add', name, '--display-name', 'Another')).rejects.toThrow('or there was one');
  });

  it('is refused while it has a device in use, and no device is begun for it at the same moment', async () => {
    const alice = await Browser.login(portal, 'alice');
    await alice.relay(await alice.openHost(new TestCard('yubikey', '73000001', TEST_VENDOR)));
    const id = await idOf('alice');
    await expect(run('delete', 'alice')).rejects.toThrow('alice has devices in use. Terminate them first');
    expect((await run('disable', 'alice')).text).toContain('Devices of alice that are in use: 1.');
    await run('enable', 'alice');

    await Browser.login(portal, 'alice');
    await store.db.update(devices).set({ state: 'terminated' }).where(eq(devices.ownerId, id));
    const [device] = await store.db.select().from(devices).where(eq(devices.ownerId, id));
    if (!device) throw new Error('there is no device');
    await store.db
      .transaction(async (transaction) => {
        await transaction.update(devices).set({ state: 'active' }).where(eq(devices.id, device.id));
        const deleting = deleteAccount(store.db, id, { id: null, username: 'olga' });
        await until(async () => (await transaction.$count(sql`pg_locks`, sql`NOT granted`)) > 0, { what: 'it waits' });
        return { deleting };
      })
      .then(async ({ deleting }) => expect(await deleting).toMatchObject({ refusal: 'has-devices' }));
    await store.db.update(devices).set({ state: 'terminated' }).where(eq(devices.ownerId, id));
    expect(await deleteAccount(store.db, id, { id: null, username: 'olga' })).toMatchObject({ refusal: null });
    await expect(store.db.update(devices).set({ state: 'active' }).where(eq(devices.id, device.id))).rejects.toThrow();
    const olga = await Browser.login(portal, 'olga');
    expect((await listDevices(olga, '/api/operator/devices')).devices).toMatchObject([{ state: 'terminated' }]);
  });
});

describe('the last administrator', () => {
  let own: OwnDatabase;
  let rows: PortalDatabase;
  let other: PortalDatabase;
  beforeAll(async () => {
    own = await openDatabase({ accounts: ACCOUNTS });
    [rows, other] = [await openPortalDatabase(own), await openPortalDatabase(own)];
  });
  afterAll(async () => {
    await Promise.all([rows.close(), other.close()]);
    await own.stop();
  });
  const administrators = async () => {
    const open = (await rows.db.select().from(users)).filter(
      ({ disabledAt, deletedAt }) => disabledAt === null && deletedAt === null,
    );
    const are = await Promise.all(open.map(({ id }) => isAdministrator(rows.db, id)));
    return open.filter((_, index) => are[index]);
  };

  it.each([
    ['disabled', disableAccount],
    ['deleted', deleteAccount],
    ['made a user', (db: Database, id: string, by: Actor) => replaceRoles(db, id, [{ role: 'user', group: null }], by)],
  ])('cannot be %s', async (_, change) => {
    const [olga, oscar] = [await findIdOf(rows.db, 'olga'), await findIdOf(rows.db, 'oscar')];
    await rows.db.update(users).set({ passwordHash: null }).where(eq(users.username, 'oscar'));
    // The other administrator has no password yet, and so cannot sign in.
    expect(await change(rows.db, olga ?? '', { id: null, username: 'x' })).toMatchObject({
      refusal: 'last-administrator',
    });
    expect(await administrators()).toHaveLength(2);
    const passwordHash = await quick.hash('oscar-password');
    await rows.db
      .update(users)
      .set({ passwordHash })
      .where(eq(users.id, oscar ?? ''));
    expect(await disableAccount(rows.db, oscar ?? '', { id: null, username: 'x' })).toMatchObject({ refusal: null });
    expect(await change(rows.db, olga ?? '', { id: null, username: 'x' })).toMatchObject({
      refusal: 'last-administrator',
    });
    await enableAccount(rows.db, oscar ?? '', { id: null, username: 'x' });
  });

  it('stays if two take away each other’s at the same moment', async () => {
    const [olga, oscar] = [await findIdOf(rows.db, 'olga'), await findIdOf(rows.db, 'oscar')];
    const held = await other.db.transaction(async (transaction) => {
      // Both wait for a row, the one for its own and the other for the lock of all, and continue together.
      await transaction.execute(sql`SELECT 1 FROM users FOR UPDATE`);
      const both = Promise.all([
        disableAccount(rows.db, olga ?? '', { id: null, username: 'oscar' }),
        deleteAccount(rows.db, oscar ?? '', { id: null, username: 'olga' }),
      ]);
      const waiting = async () => (await transaction.$count(sql`pg_locks`, sql`NOT granted`)) >= 2;
      await until(waiting, { what: 'both wait' });
      return { both };
    });
    const outcomes = (await held.both).map(({ refusal }) => refusal);
    expect(outcomes.sort()).toEqual(['last-administrator', null].sort());
    expect(await administrators()).toHaveLength(1);
  });
});
