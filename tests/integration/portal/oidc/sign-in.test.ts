import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { eq } from 'drizzle-orm';
import * as v from 'valibot';
import { loadKeyRing } from '../../../../portal/src/server/keys/key-ring.js';
import { SessionChecker } from '../../../../portal/src/server/login/session-checks.js';
import { SignIn } from '../../../../portal/src/server/login/sign-in.js';
import { disableAccount, enableAccount } from '../../../../portal/src/server/accounts/local-accounts.js';
import { grantsOf, groupsOf } from '../../../../portal/src/server/accounts/roles.js';
import { openPortalDatabase, type PortalDatabase } from '../../../../portal/src/server/store/database.js';
import { sessions, users } from '../../../../portal/src/server/store/schema.js';
import { CLIENT, IdentityProvider, type PersonThere } from '../../../../demo/src/identity-provider.js';
import { Browser, type TestPortal } from '../support/test-portal.js';
import { startProviderPortal } from './provider-portal.js';
import { answer, ProviderUser, signIn } from './provider-user.js';
import { expectOnlyPrinted } from '../../../support/printed-lines.js';

expectOnlyPrinted(/^oidc-provider WARNING: /);

/** Sign-ins, checks and sign-outs with a real provider. */

let provider: IdentityProvider;
let portal: TestPortal;
let database: PortalDatabase;
let checker: SessionChecker;
const log: string[] = [];
let at: ProviderUser;
let count = 0;
let nora: PersonThere;

beforeAll(async () => {
  provider = await IdentityProvider.start();
  portal = await startProviderPortal([
    {
      name: 'work',
      title: 'Work account',
      issuer: provider.issuer,
      clientId: CLIENT.id,
      secret: CLIENT.secret,
      claims: { upn: 'upn', sid: 'onprem_sid' },
      roles: [
        { group: 'portal-operators', role: 'operator' },
        { group: 'everyone', role: 'user' },
      ],
      everyone: [],
      groups: ['north'],
      timeout: 10,
    },
  ]);
  provider.serve(portal.origin, 'work');
  database = await openPortalDatabase(portal.configuration.database);
  checker = await checkerWith(portal.configuration.signIn);
});
afterAll(async () => {
  await database.close();
  await portal.remove();
  await provider.stop();
});
beforeEach(() => {
  count += 1;
  at = new ProviderUser();
  nora = {
    sub: `s-${count}`,
    preferred_username: `Nora${count}`,
    name: 'Nora New',
    email: 'nora@example.com',
    email_verified: true,
    upn: `nora${count}@corp.example.com`,
    onprem_sid: `S-1-5-21-1-2-3-${2000 + count}`,
    groups: ['everyone'],
  };
  change({});
});

const USERS = ['own-account', 'own-devices'];
const name = (): string => `nora${count}`;

/** Changes what the provider says of Nora. */
function change(claims: Partial<PersonThere>): void {
  nora = { ...nora, ...claims };
  provider.people.set(nora.sub, nora);
  provider.person = nora.sub;
}

const checkerWith = async (settings: ConstructorParameters<typeof SignIn>[0]): Promise<SessionChecker> => {
  const keys = await loadKeyRing(portal.folder, portal.configuration.keys);
  return new SessionChecker(database.db, new SignIn(settings, keys, () => portal.origin), (line) => log.push(line));
};

/** Checks every session as if its turn had come. */
const check = (by = checker): Promise<number> =>
  by.checkDue(new AbortController().signal, new Date(Date.now() + 60_000));

const isIn = async (browser: Browser): Promise<boolean> => (await browser.get('/api/devices')).status === 200;

async function enter(): Promise<Browser> {
  const browser = new Browser(portal);
  expect(await signIn(browser, 'work', at)).toMatchObject({ status: 200, body: { user: { username: name() } } });
  return browser;
}

describe('a sign-in at a provider', () => {
  it('makes an account at the first time, and finds it again', async () => {
    const browser = new Browser(portal);
    expect(await signIn(browser, 'work', at, '/my-devices')).toMatchObject({
      status: 200,
      body: { user: { username: name(), displayName: 'Nora New', rights: USERS }, returnTo: '/my-devices' },
    });
    expect(await isIn(browser)).toBe(true);
    change({ name: 'Nora Newer', groups: ['everyone', 'portal-operators'] });
    expect(await signIn(new Browser(portal), 'work', new ProviderUser())).toMatchObject({
      body: {
        user: {
          username: name(),
          displayName: 'Nora Newer',
          rights: expect.arrayContaining(['act-on-devices']) as unknown,
        },
      },
    });
    const [row, ...others] = await database.db
      .select()
      .from(users)
      .where(eq(users.upn, nora.upn as string));
    expect(others).toEqual([]);
    expect(row).toMatchObject({ email: 'nora@example.com', sid: nora.onprem_sid, passwordHash: null });
  });

  it('knows when the person gave the proof at the provider, so that nothing asks again just after it', async () => {
    const browser = await enter();
    expect((await browser.get('/api/session/proof')).body).toMatchObject({ isFresh: true });
  });

  it('sets a cookie for ten minutes that no script can read and no other site can send', async () => {
    const begun = await new Browser(portal).post('/api/session/provider', { provider: 'work', returnTo: null });
    expect(begun.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^cardwright-provider=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; SameSite=Strict$/),
    ]);
  });

  it('is named on the sign-in page', async () => {
    expect((await new Browser(portal).get('/api/session/providers')).body).toEqual({
      providers: [{ name: 'work', title: 'Work account' }],
    });
  });

  it('is refused to a person without any of the groups', async () => {
    change({ groups: ['guests'] });
    expect(await signIn(new Browser(portal), 'work', at)).toMatchObject({ body: { refusal: 'not-permitted' } });
  });

  it('is refused with the UPN or the SID of somebody else', async () => {
    for (const claims of [{ upn: 'ALICE@example.com' }, { onprem_sid: 's-1-5-21-1-2-3-1104'.toUpperCase() }]) {
      change({ upn: `nora${count}@corp.example.com`, onprem_sid: `S-1-5-21-1-2-3-${2000 + count}`, ...claims });
      expect(await signIn(new Browser(portal), 'work', new ProviderUser())).toMatchObject({
        body: { refusal: 'taken' },
      });
    }
  });

  it('ends the session that the browser had before', async () => {
    const browser = await Browser.login(portal, 'alice');
    const copied = new Browser(portal);
    for (const [cookie, value] of browser.cookies) copied.cookies.set(cookie, value);
    expect(await signIn(browser, 'work', at)).toMatchObject({ body: { user: { username: name() } } });
    expect([await isIn(browser), await isIn(copied)]).toEqual([true, false]);
  });

  it('keeps no token in the clear', async () => {
    await enter();
    const rows = await database.db.select().from(sessions).where(eq(sessions.subject, nora.sub));
    expect(rows).toHaveLength(1);
    // A compact JWE (RFC 7516, 3.1).
    expect(rows[0]?.providerTokens).toMatch(/^[\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+$/);
  });
});

describe('a new proof at the provider', () => {
  const begun = v.object({ url: v.string() });

  it('proves who the user is, in a new session', async () => {
    const browser = await enter();
    const { url } = validate(begun, (await browser.post('/api/session/proof/provider', {})).body);
    expect(new URL(url).searchParams.get('prompt')).toBe('login');
    const before = Date.now() - 5000;
    expect(await answer(browser, 'work', await at.open(url, portal.origin))).toMatchObject({
      body: { user: { username: name() } },
    });
    const [row, ...others] = await database.db.select().from(sessions).where(eq(sessions.subject, nora.sub));
    expect(others).toEqual([]);
    expect(row?.provedBy).toBe('work');
    expect(row?.provedAt?.getTime()).toBeGreaterThan(before);
  });

  it('is refused of another person, and makes no account for that person', async () => {
    const browser = await enter();
    const { url } = validate(begun, (await browser.post('/api/session/proof/provider', {})).body);
    const first = nora;
    change({
      sub: 'colleague',
      preferred_username: 'colleague',
      upn: 'colleague@corp.example.com',
      onprem_sid: 'none',
    });
    const address = await new ProviderUser().open(url, portal.origin);
    expect(await answer(browser, 'work', address)).toMatchObject({ body: { refusal: 'unproved' } });
    expect(await database.db.select().from(users).where(eq(users.username, 'colleague'))).toEqual([]);
    provider.people.set(first.sub, first);
    expect((await browser.get('/api/session')).body).toMatchObject({ user: { username: name() } });
  });

  it('is refused when its session has ended meanwhile', async () => {
    const browser = await enter();
    const { url } = validate(begun, (await browser.post('/api/session/proof/provider', {})).body);
    await database.db.delete(sessions).where(eq(sessions.subject, nora.sub));
    const address = await at.open(url, portal.origin);
    expect(await answer(browser, 'work', address)).toMatchObject({ body: { refusal: 'unproved' } });
    expect(await isIn(browser)).toBe(false);
  });

  it('is not offered in a session of a local account', async () => {
    const alice = await Browser.login(portal, 'alice');
    expect(await alice.post('/api/session/proof/provider', {})).toMatchObject({ code: 'METHOD_NOT_FOUND' });
  });
});

describe('a check of the sessions', () => {
  it('lets a person stay whom the provider lets stay, again and again', async () => {
    const browser = await enter();
    for (let round = 0; round < 3; round++) {
      expect(await check()).toBeGreaterThan(0);
      expect(await isIn(browser)).toBe(true);
    }
  });

  it('ends the sessions of a person whom the provider no longer has', async () => {
    const browser = await enter();
    const alice = await Browser.login(portal, 'alice');
    provider.people.delete(nora.sub);
    await check();
    expect([await isIn(browser), await isIn(alice)]).toEqual([false, true]);
  });

  it('ends all sessions of a person whose group was taken away, and takes the role', async () => {
    change({ groups: ['portal-operators'] });
    const [desk, laptop] = [await enter(), await enter()];
    change({ groups: ['everyone'] });
    await check();
    expect([await isIn(desk), await isIn(laptop)]).toEqual([false, false]);
    const [row] = await database.db.select().from(users).where(eq(users.username, name()));
    expect(await grantsOf(database.db, row?.id ?? '')).toEqual([{ role: 'user', group: null }]);
  });

  it('follows the groups of people that the settings name, and ends no session for that', async () => {
    change({ groups: ['everyone', 'north', 'south'] });
    const browser = await enter();
    const [row] = await database.db.select().from(users).where(eq(users.username, name()));
    expect(await groupsOf(database.db, row?.id ?? '')).toEqual(['north']);
    change({ groups: ['everyone'] });
    await check();
    expect(await groupsOf(database.db, row?.id ?? '')).toEqual([]);
    expect(await isIn(browser)).toBe(true);
  });

  it('lets in nobody whose account was disabled here, whatever the provider says', async () => {
    const browser = await enter();
    const [row] = await database.db.select().from(users).where(eq(users.username, name()));
    await disableAccount(database.db, row?.id ?? '', { id: null, username: 'olga' });
    expect(await isIn(browser)).toBe(false);
    expect(await signIn(new Browser(portal), 'work', at)).toMatchObject({ body: { refusal: 'not-permitted' } });
    await enableAccount(database.db, row?.id ?? '', { id: null, username: 'olga' });
    await enter();
  });

  it('ends the sessions of a person who may not sign in any more', async () => {
    const browser = await enter();
    change({ groups: [] });
    await check();
    expect(await isIn(browser)).toBe(false);
  });

  it('ends the sessions of a provider that the settings no longer have', async () => {
    const browser = await enter();
    await check(await checkerWith({ oidc: [], leavers: 'nothing' }));
    expect(await isIn(browser)).toBe(false);
  });

  it('checks a session once, although several processes check', async () => {
    await enter();
    await database.db
      .update(sessions)
      .set({ checkedAt: new Date(0) })
      .where(eq(sessions.subject, nora.sub));
    const longAgo = new Date(1000);
    const counts = await Promise.all(
      Array.from({ length: 4 }, () => checker.checkDue(new AbortController().signal, longAgo)),
    );
    expect(counts.sort()).toEqual([0, 0, 0, 1]);
  });
});

describe('a provider that is down', () => {
  it('leaves running sessions alone, and is said at the next sign-in', async () => {
    const browser = await enter();
    provider.isDown = true;
    try {
      await check();
      expect(await isIn(browser)).toBe(true);
      expect(log.at(-1)).toMatch(
        /^Provider work cannot be asked whether people may stay \(.+\); their sessions continue\.$/,
      );
      // Of a portal that has just started, nothing is known of the provider.
      await check(await checkerWith(portal.configuration.signIn));
      expect(await isIn(browser)).toBe(true);
    } finally {
      provider.isDown = false;
    }
  });
});

describe('a sign-out', () => {
  it('leads to the provider, and from there back to the sign-in page', async () => {
    const browser = await enter();
    const { body } = await browser.send('DELETE', '/api/session', {});
    const { next } = validate(v.object({ user: v.null(), next: v.string() }), body);
    expect(await isIn(browser)).toBe(false);
    expect((await at.signOut(next, portal.origin)).href).toBe(`${portal.origin}/login`);
  });

  it('at the provider ends the sessions here', async () => {
    const [browser, other] = [await enter(), await enter()];
    const { body } = await browser.send('DELETE', '/api/session', {});
    const { next } = validate(v.object({ user: v.null(), next: v.string() }), body);
    expect(await isIn(other)).toBe(true);
    await at.signOut(next, portal.origin);
    expect(provider.undelivered).toEqual([]);
    expect(await isIn(other)).toBe(false);
  });

  it('of a local account leads nowhere', async () => {
    const alice = await Browser.login(portal, 'alice');
    expect((await alice.send('DELETE', '/api/session', {})).body).toEqual({ user: null, next: null });
  });
});
