import { randomBytes, scryptSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@cardwright/stage';
import { eq, sql } from 'drizzle-orm';
import { COST, DEMO_COST, Passwords } from '../../../portal/src/server/accounts/password.js';
import { changeOwnPassword } from '../../../portal/src/server/accounts/set-password.js';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import { audit, sessions, users } from '../../../portal/src/server/store/schema.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { ACCOUNTS, Browser, startTestPortal, type TestPortal } from './support/test-portal.js';

const NEW = 'another horse battery';
const quick = new Passwords(DEMO_COST);

let server: OwnDatabase;
let store: PortalDatabase;
let portal: TestPortal;
beforeAll(async () => {
  server = await openDatabase({ accounts: ACCOUNTS });
  store = await openPortalDatabase(server);
  portal = await startTestPortal({ DATABASE_URL: server.url });
});
afterAll(async () => {
  await portal.remove();
  await store.close();
  await server.stop();
});

async function userNamed(username: string) {
  const [user] = await store.db.select().from(users).where(eq(users.username, username));
  if (!user) throw new Error(`there is no ${username}`);
  return user;
}

const signIn = (username: string, password: string, browser = new Browser(portal)) =>
  browser.post('/api/session', { username, password });
const change = (browser: Browser, password: string, newPassword: string) =>
  browser.send('PUT', '/api/session/password', { password, newPassword });
const isSignedIn = async (browser: Browser): Promise<boolean> => (await browser.get('/api/devices')).status === 200;

/** A hash as the portal before this one made it, with less work than today. */
function hashOfBefore(password: string): string {
  const salt = randomBytes(16);
  const hash = scryptSync(password, salt, 32, { N: 2 ** 15, r: 8, p: 1, maxmem: 2 ** 26 });
  return `scrypt$32768$8$1$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

describe('signing in', () => {
  it('tells whoever has a password that nobody could set today, and lets them in', async () => {
    await store.db
      .update(users)
      .set({ passwordHash: await quick.hash('short-one') })
      .where(eq(users.username, 'bob'));
    expect(await signIn('bob', 'short-one')).toMatchObject({ status: 200, body: { weakness: 'short' } });
    await store.db
      .update(users)
      .set({ passwordHash: await quick.hash('LeaveMeAlone') })
      .where(eq(users.username, 'bob'));
    expect(await signIn('bob', 'LeaveMeAlone')).toMatchObject({ status: 200, body: { weakness: 'common' } });
    await store.db
      .update(users)
      .set({ passwordHash: await quick.hash(NEW) })
      .where(eq(users.username, 'bob'));
    expect(await signIn('bob', NEW)).toMatchObject({ status: 200, body: { weakness: null } });
    expect(await signIn('bob', 'short-one')).toMatchObject({ status: 401 });
  });

  it('replaces a hash that cost less, and only if the password is right', async () => {
    const own = await startTestPortal({}, { passwordCost: COST });
    const rows = await openPortalDatabase(own.configuration.database);
    const { db } = rows;
    const hashOfBob = async () => (await db.select().from(users).where(eq(users.username, 'bob')))[0]?.passwordHash;
    try {
      const passwordHash = hashOfBefore('bob-password');
      await db.update(users).set({ passwordHash }).where(eq(users.username, 'bob'));
      const wrong = await new Browser(own).post('/api/session', { username: 'bob', password: 'wrong-password' });
      expect(wrong.status).toBe(401);
      expect(await hashOfBob()).toBe(passwordHash);
      await Browser.login(own, 'bob');
      const replaced = await hashOfBob();
      expect(replaced).toMatch(/^scrypt\$32768\$8\$3\$/);
      await Browser.login(own, 'bob');
      expect(await hashOfBob()).toBe(replaced);
    } finally {
      await rows.close();
      await own.remove();
    }
  });
});

describe('changing the own password', () => {
  it('takes the present one, ends all other sessions, and gives this browser a new one', async () => {
    const [here, there] = [await Browser.login(portal, 'alice'), await Browser.login(portal, 'alice')];
    const before = here.cookies.get('cardwright');
    expect(await change(here, 'alice-password', NEW)).toMatchObject({ status: 200, body: { problem: null } });
    expect(here.cookies.get('cardwright')).not.toBe(before);
    expect(await isSignedIn(here)).toBe(true);
    expect(await isSignedIn(there)).toBe(false);
    expect(await signIn('alice', 'alice-password')).toMatchObject({ status: 401, code: 'LOGIN_REQUIRED' });
    expect(await signIn('alice', NEW)).toMatchObject({ status: 200 });
    // A copy of the cookie from before the change opens nothing.
    const thief = new Browser(portal);
    thief.cookies.set('cardwright', before ?? '');
    expect(await isSignedIn(thief)).toBe(false);
    const log = JSON.stringify(await store.db.select().from(audit).where(eq(audit.event, 'password.changed')));
    expect(log).toContain('alice');
    expect(log).not.toContain(NEW);
    expect(await change(here, NEW, 'alice-was-here-again')).toMatchObject({ body: { problem: 'user-name' } });
  });

  it.each([
    ['', 'empty'],
    ['short', 'short'],
    ['LeaveMeAlone', 'common'],
    ['oscar-password', 'user-name'],
  ])('is refused with a reason for %j, and everything stays as it was', async (newPassword, problem) => {
    const [here, there] = [await Browser.login(portal, 'oscar'), await Browser.login(portal, 'oscar')];
    expect(await change(here, 'oscar-password', newPassword)).toMatchObject({ status: 200, body: { problem } });
    expect([await isSignedIn(here), await isSignedIn(there)]).toEqual([true, true]);
  });

  it('is refused if the new password is the present one', async () => {
    const passwordHash = await quick.hash(NEW);
    await store.db.update(users).set({ passwordHash, isDemo: true }).where(eq(users.username, 'bob'));
    const bob = new Browser(portal);
    await signIn('bob', NEW, bob);
    expect(await change(bob, NEW, NEW)).toMatchObject({ body: { problem: 'same' } });
    expect(await userNamed('bob')).toMatchObject({ isDemo: true });
  });

  it('is not for a stolen session without the password, whose tries are limited as those of a sign-in are', async () => {
    const olga = await Browser.login(portal, 'olga');
    for (let turn = 0; turn < 5; turn += 1)
      expect(await change(olga, `guess-${turn}`, NEW)).toMatchObject({ status: 403, code: 'PASSWORD_INCORRECT' });
    expect(await change(olga, 'olga-password', NEW)).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect(await signIn('olga', 'olga-password')).toMatchObject({ status: 200 });
    const failed = await store.db.select().from(audit).where(eq(audit.event, 'password.changed'));
    expect(failed.filter(({ outcome, actor }) => outcome === 'failed' && actor === 'olga')).toHaveLength(5);
  });

  it('leaves no session to a sign-in with the password before that was under way', async () => {
    await store.db
      .update(users)
      .set({ passwordHash: await quick.hash('bob-password') })
      .where(eq(users.username, 'bob'));
    const { id } = await userNamed('bob');
    await store.db.delete(sessions).where(eq(sessions.userId, id));
    const late = new Browser(portal);
    const waiting = await store.db.transaction(async (transaction) => {
      // The new session waits for this lock, once its password was checked.
      await transaction.execute(sql`SELECT 1 FROM users WHERE username = 'bob' FOR UPDATE`);
      const signingIn = signIn('bob', 'bob-password', late);
      await until(async () => (await transaction.$count(sql`pg_locks`, sql`NOT granted`)) > 0, { what: 'it waits' });
      const passwordHash = await quick.hash(NEW);
      await transaction.execute(
        sql`UPDATE users SET password_hash = ${passwordHash}, password_changed_at = now() WHERE username = 'bob'`,
      );
      return { signingIn };
    });
    expect(await waiting.signingIn).toMatchObject({ status: 401, code: 'LOGIN_REQUIRED' });
    expect(await isSignedIn(late)).toBe(false);
    expect(await store.db.$count(sessions, eq(sessions.userId, id))).toBe(0);
  });

  it('happens once if two tabs do it with the same present password', async () => {
    const bob = await userNamed('bob');
    const changes = ['the first horse battery', 'the other horse battery'].map((after) =>
      changeOwnPassword(store.db, quick, bob, { before: NEW, after }),
    );
    const changed = (await Promise.all(changes)).filter((user) => user !== undefined);
    expect(changed).toHaveLength(1);
  });
});
