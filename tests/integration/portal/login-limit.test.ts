import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isCardwrightError } from '@cardwright/protocol';
import { beginRequest, duringRequest } from '../../../portal/src/server/access.js';
import { createDemoAccount, findByPassword, verifyPassword } from '../../../portal/src/server/accounts/accounts.js';
import { DEMO_COST, Passwords } from '../../../portal/src/server/accounts/password.js';
import { recordFailedLogin, type FailedLogin } from '../../../portal/src/server/accounts/failed-logins.js';
import { limitPasswordTries, type PasswordChecks } from '../../../portal/src/server/accounts/login-limit.js';
import { isOwnPassword, type VerifyPassword } from '../../../portal/src/server/accounts/reauthentication.js';
import { listAudit } from '../../../portal/src/server/store/audit-list.js';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import { users } from '../../../portal/src/server/store/schema.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { Browser, startTestPortal } from './support/test-portal.js';

describe('tries of passwords', () => {
  let server: OwnDatabase;
  let store: PortalDatabase;
  beforeAll(async () => {
    server = await openDatabase();
    store = await openPortalDatabase(server);
  });
  afterAll(() => store.close().then(() => server.stop()));

  type Check = () => Promise<string | undefined>;
  const right = () => Promise.resolve('user');
  const wrong = () => Promise.resolve(undefined);
  const attempt = (name: string, address: string, check: () => Promise<string | undefined>, knownBrowser?: string) =>
    limitPasswordTries(store.db, { name, address, knownBrowser: knownBrowser ?? null }, { here: check });
  const limitedFor = (seconds: number) => ({ code: 'RATE_LIMITED', retryAfter: within(seconds) });
  /** The rest of a window that has just begun. */
  const within = (seconds: number): unknown => ({
    asymmetricMatch: (retryAfter: unknown) => Number(retryAfter) > seconds - 60 && Number(retryAfter) <= seconds,
  });

  it('do not count against an address if they are right: a whole office logs in from one', async () => {
    for (let user = 0; user < 60; user += 1) expect(await attempt(`user-${user}`, '192.0.2.1', right)).toBe('user');
  });

  it('count against an address if they are wrong, whatever the name', async () => {
    for (let user = 0; user < 50; user += 1) await attempt(`user-${user}`, '192.0.2.2', wrong);
    await expect(attempt('alice', '192.0.2.2', right)).rejects.toMatchObject(limitedFor(60));
    expect(await attempt('alice', '192.0.2.3', right)).toBe('user');
  });

  it('count against the whole network of an IPv6 address', async () => {
    for (let user = 0; user < 50; user += 1) await attempt(`user-${user}`, `2001:db8:1:2::${user}`, wrong);
    await expect(attempt('alice', '2001:db8:1:2:3:4:5:6', right)).rejects.toMatchObject(limitedFor(60));
    expect(await attempt('alice', '2001:db8:1:3::1', right)).toBe('user');
  });

  it('count against an account, from however many addresses they come', async () => {
    for (let from = 0; from < 20; from += 1) await attempt('carol', `198.51.100.${from}`, wrong);
    await expect(attempt('carol', '198.51.100.99', right)).rejects.toMatchObject(limitedFor(15 * 60));
  });

  it('leave the account to others if one address alone makes them', async () => {
    await exhaust(() => attempt('dave', '198.51.101.1', wrong), 30);
    expect(await attempt('dave', '198.51.101.2', right)).toBe('user');
  });

  it('do not affect a browser in which this person logged in before, if strangers make them', async () => {
    for (let from = 0; from < 25; from += 1) await exhaust(() => attempt('erin', `198.51.102.${from}`, wrong), 1);
    for (let user = 0; user < 50; user += 1) await exhaust(() => attempt(`user-${user}`, '198.51.103.1', wrong), 1);
    expect(await attempt('erin', '198.51.103.1', right, 'her laptop')).toBe('user');
  });

  it('are limited in a known browser as well', async () => {
    for (let turn = 0; turn < 5; turn += 1) await attempt('frank', '192.0.2.9', wrong, 'his laptop');
    await expect(attempt('frank', '192.0.2.9', right, 'his laptop')).rejects.toMatchObject(limitedFor(60));
    expect(await attempt('frank', '192.0.2.9', right, 'his telephone')).toBe('user');
  });

  it('are limited in all known browsers of one person together, too', async () => {
    for (let browser = 0; browser < 60; browser += 1) await attempt('grace', '192.0.2.9', wrong, `browser ${browser}`);
    await expect(attempt('grace', '192.0.2.9', right, 'another browser')).rejects.toMatchObject(limitedFor(60 * 60));
    expect(await attempt('heidi', '192.0.2.9', right, 'her browser')).toBe('user');
  });

  it('do not count if the password was not checked', async () => {
    const fails = () => Promise.reject(new Error('the database is away'));
    for (let turn = 0; turn < 60; turn += 1)
      await expect(attempt('bob', '192.0.2.4', fails)).rejects.toThrow('the database is away');
    expect(await attempt('bob', '192.0.2.4', right)).toBe('user');
  });

  it('do not keep a logged-in user from giving the password once more', async () => {
    const account = { username: 'olga', password: 'olga-password', displayName: 'Olga', role: 'operator' } as const;
    await createDemoAccount(store.db, account);
    const [olga] = await store.db.select().from(users);
    if (!olga) throw new Error('the account is missing');
    expect(await verifyPassword(olga, 'olga-password')).toBe(true);
    expect(await verifyPassword(olga, 'another-password')).toBe(false);
    for (let from = 0; from < 25; from += 1) await exhaust(() => attempt('olga', `198.51.104.${from}`, wrong), 1);
    const verify: VerifyPassword = (user) => Promise.resolve({ here: (given) => verifyPassword(user, given) });
    expect(await isOwnPassword({ db: store.db, verify }, olga, 'olga-password', '198.51.104.1')).toBe(true);
  });

  /** A directory that hangs until the test ends it. */
  function hanging() {
    let end: () => void = () => undefined;
    const answer = new Promise<undefined>((resolve) => {
      end = () => resolve(undefined);
    });
    return { elsewhere: () => answer, end: () => end() };
  }
  const asked = (name: string, address: string, elsewhere: PasswordChecks<string>['elsewhere'], here: Check = wrong) =>
    limitPasswordTries(store.db, { name, address, knownBrowser: null }, { here, elsewhere });

  it('are answered here while a directory hangs, also in the network of those who wait for it', async () => {
    const { elsewhere, end } = hanging();
    const waiting = Array.from({ length: 8 }, (_, one) => asked(`ivan-${one}`, '198.51.105.1', elsewhere));
    expect(await asked('judy', '198.51.105.2', elsewhere, right)).toBe('user');
    expect(await asked('judy', '198.51.105.1', elsewhere, right)).toBe('user');
    end();
    expect(await Promise.all(waiting)).toEqual(Array(8).fill(undefined));
  });

  it('count if they are wrong here, although the directory is away', async () => {
    const away = () => Promise.reject(new Error('the directory is away'));
    for (let from = 0; from < 20; from += 1)
      await expect(asked('liam', `198.51.107.${from}`, away)).rejects.toThrow('the directory is away');
    await expect(asked('liam', '198.51.107.99', away, right)).rejects.toMatchObject(limitedFor(15 * 60));
  });

  it('do not count if a directory alone knows the password, and is away', async () => {
    const away = () => Promise.reject(new Error('the directory is away'));
    const attempts = { name: 'mike', address: '198.51.108.1', knownBrowser: 'with a session' };
    for (let turn = 0; turn < 30; turn += 1)
      await expect(limitPasswordTries(store.db, attempts, { elsewhere: away })).rejects.toThrow('away');
  });

  it('count against the entry that a directory found, under whatever name', async () => {
    let asking = 0;
    const guess = (name: string, address: string) =>
      asked(name, address, async (countEntry) => {
        await countEntry('corp 4711');
        asking += 1;
        return undefined;
      });
    for (let one = 0; one < 20; one += 1) await guess(`nina-${one}`, `198.51.109.${one}`);
    await expect(guess('another name', '198.51.109.99')).rejects.toMatchObject(limitedFor(15 * 60));
    expect(asking).toBe(20);
  });
});

describe('failed logins in the log', () => {
  let server: OwnDatabase;
  let store: PortalDatabase;
  beforeAll(async () => {
    server = await openDatabase();
    store = await openPortalDatabase(server);
    const account = { username: 'alice', password: 'alice-password', displayName: 'Alice', role: 'user' } as const;
    await createDemoAccount(store.db, account);
  });
  afterAll(() => store.close().then(() => server.stop()));

  const failedLogins = async () =>
    (await listAudit(store.db, null, 1000, undefined)).map(({ detail }) => detail).reverse();

  it('have name and address; a name without an account may be a password, and is not kept', async () => {
    const alice = await findByPassword(store.db, new Passwords(DEMO_COST), 'alice', 'alice-password');
    const failFrom = (address: string, failed: FailedLogin) =>
      duringRequest(beginRequest({ id: 'r', address }), () => recordFailedLogin(store.db, failed));
    await failFrom('192.0.2.1', { name: 'alice' });
    await failFrom('::ffff:192.0.2.2', { name: 'my-secret-password' });
    await failFrom('2001:db8::3', { name: null });
    await failFrom('192.0.2.4', { name: 'alice', isLimited: true });
    const personId = alice?.id;
    const entries = (await listAudit(store.db, null, 1000, undefined)).reverse();
    expect(entries).toMatchObject([
      { address: '192.0.2.1', way: 'password', personId, detail: { name: 'alice' } },
      { address: '192.0.2.2', way: 'password', personId: null, detail: { name: null } },
      { address: '2001:db8::3', way: 'passkey', personId: null },
      { address: '192.0.2.4', way: 'password', personId, detail: { name: 'alice', limited: true } },
    ]);
    expect(JSON.stringify(entries)).not.toContain('my-secret-password');
  });

  it('are few in a flood, and include the total', async () => {
    for (let turn = 0; turn < 400; turn += 1) await recordFailedLogin(store.db, { name: 'alice' });
    const all = await failedLogins();
    // A minute may end meanwhile, on a busy machine several.
    expect(all.length).toBeLessThan(100);
    expect(all).toContainEqual({ name: 'alice', inThisMinute: 100 });
  });
});

/** Tries until nothing is left. */
async function exhaust(attempt: () => Promise<unknown>, times: number): Promise<void> {
  for (let turn = 0; turn < times; turn += 1)
    await attempt().catch((error: unknown) => {
      if (!isCardwrightError(error) || error.code !== 'RATE_LIMITED') throw error;
    });
}

describe('the address of a request', () => {
  const tryFrom = (browser: Browser, address: string) =>
    browser.send(
      'POST',
      '/api/session',
      { username: 'bob', password: 'wrong-password' },
      { 'x-forwarded-for': address },
    );
  const codesOf = async (proxies: NodeJS.ProcessEnv) => {
    const portal = await startTestPortal(proxies);
    try {
      const browser = new Browser(portal);
      const codes: (string | undefined)[] = [];
      for (let turn = 0; turn < 6; turn += 1) codes.push((await tryFrom(browser, `192.0.2.${turn}`)).code);
      for (let turn = 0; turn < 6; turn += 1) codes.push((await tryFrom(browser, '192.0.2.99')).code);
      return codes;
    } finally {
      await portal.remove();
    }
  };
  const times = (count: number, code: string) => Array.from({ length: count }, () => code);

  it("is not the request's own claim", async () => {
    expect(await codesOf({})).toEqual([...times(5, 'LOGIN_REQUIRED'), ...times(7, 'RATE_LIMITED')]);
  });

  it('is the claim of a trusted proxy', async () => {
    expect(await codesOf({ CARDWRIGHT_TRUSTED_PROXIES: '10.0.0.0/8, 127.0.0.1' })).toEqual([
      ...times(11, 'LOGIN_REQUIRED'),
      'RATE_LIMITED',
    ]);
  });
});
