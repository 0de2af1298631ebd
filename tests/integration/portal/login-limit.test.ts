import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAccount, verifyPassword } from '../../../portal/src/server/accounts/accounts.js';
import { limitTries } from '../../../portal/src/server/accounts/login-limit.js';
import { openStore, type Store } from '../../../portal/src/server/store/database.js';
import { users } from '../../../portal/src/server/store/schema.js';
import { Browser, startTestPortal } from './support/test-portal.js';

describe('tries of passwords', () => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore({ folder: 'memory://' });
  });
  afterAll(() => store.close());

  const right = () => Promise.resolve('user');
  const wrong = () => Promise.resolve(undefined);
  const limited = { code: 'RATE_LIMITED', retryAfter: 60 };

  it('do not count against an address when they are right: a whole office logs in from one', async () => {
    for (let user = 0; user < 60; user += 1)
      expect(await limitTries(store.db, `user-${user}`, '192.0.2.1', right)).toBe('user');
  });

  it('count against an address when they are wrong, whatever the name', async () => {
    for (let user = 0; user < 50; user += 1) await limitTries(store.db, `user-${user}`, '192.0.2.2', wrong);
    await expect(limitTries(store.db, 'alice', '192.0.2.2', right)).rejects.toMatchObject(limited);
    expect(await limitTries(store.db, 'alice', '192.0.2.3', right)).toBe('user');
  });

  it('do not count when the password was not looked at', async () => {
    const fails = () => Promise.reject(new Error('the queue is full'));
    for (let turn = 0; turn < 60; turn += 1)
      await expect(limitTries(store.db, 'bob', '192.0.2.4', fails)).rejects.toThrow('the queue is full');
    expect(await limitTries(store.db, 'bob', '192.0.2.4', right)).toBe('user');
  });

  it('can be for the password of a user who is asked again', async () => {
    const account = { username: 'olga', password: 'olga-password', displayName: 'Olga', role: 'operator' } as const;
    await createAccount(store.db, account);
    const [olga] = await store.db.select().from(users);
    if (!olga) throw new Error('the account is missing');
    expect(await verifyPassword(olga, 'olga-password')).toBe(true);
    expect(await verifyPassword(olga, 'another-password')).toBe(false);
  });
});

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

  it('is not what a request says of itself', async () => {
    expect(await codesOf({})).toEqual([...times(5, 'LOGIN_REQUIRED'), ...times(7, 'RATE_LIMITED')]);
  });

  it('is what a trusted proxy says', async () => {
    expect(await codesOf({ CARDWRIGHT_TRUSTED_PROXIES: '10.0.0.0/8, 127.0.0.1' })).toEqual([
      ...times(11, 'LOGIN_REQUIRED'),
      'RATE_LIMITED',
    ]);
  });
});
