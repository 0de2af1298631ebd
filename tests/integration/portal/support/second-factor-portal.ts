import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { desc, eq } from 'drizzle-orm';
import * as v from 'valibot';
import { insertGrants } from '../../../../portal/src/server/accounts/roles.js';
import type { Role } from '../../../../portal/src/server/rights.js';
import { openPortalDatabase, type PortalDatabase } from '../../../../portal/src/server/store/database.js';
import {
  audit,
  devices,
  loginAttempts,
  passkeys,
  sessions,
  signInPasskeys,
  userRoles,
  users,
} from '../../../../portal/src/server/store/schema.js';
import { openDatabase, type OwnDatabase } from '../../../support/postgres.js';
import { KEY_SERVICE } from './issued-key.js';
import { registerKey, type SignInKey } from './sign-in-key.js';
import { ACCOUNTS, Browser, startTestPortal, type TestPortal } from './test-portal.js';

/** The answer to a request for which nobody is signed in far enough. */
export const NOBODY = { status: 401, code: 'LOGIN_REQUIRED' };
/** The answer to a request that needs another proof of identity first. */
export const FRESH_WANTED = {
  status: 401,
  body: { error: { data: { name: 'LOGIN_REQUIRED', details: { fresh: true } } } },
};
export const FORBIDDEN = { status: 403, code: 'FORBIDDEN' };
export const REFUSED = { status: 409, code: 'PASSKEY_LOGIN_REFUSED' };

const MINUTE = 60_000;

const shown = v.looseObject({ secondFactor: v.string() });
const list = v.looseObject({ passkeys: v.array(v.looseObject({ id: v.string(), name: v.string() })) });

/** A portal where operators and administrators need a second factor, and nobody has one when a test begins. */
export class SecondFactorPortal {
  #server: OwnDatabase | undefined;
  #portal: TestPortal | undefined;
  #store: PortalDatabase | undefined;

  /** Sets a portal up for all tests of a file. */
  static forTests(): SecondFactorPortal {
    const own = new SecondFactorPortal();
    beforeAll(() => own.#start());
    afterAll(() => own.#stop());
    beforeEach(() => own.#clear());
    return own;
  }

  get portal(): TestPortal {
    if (!this.#portal) throw new Error('the portal has not been started yet');
    return this.#portal;
  }

  get store(): PortalDatabase {
    if (!this.#store) throw new Error('the portal has not been started yet');
    return this.#store;
  }

  /** The settings with which the portal was started. */
  get environment(): NodeJS.ProcessEnv {
    return {
      DATABASE_URL: this.#server?.url,
      CARDWRIGHT_SECOND_FACTOR: 'staff',
      CARDWRIGHT_PASSKEY_SERVICES: JSON.stringify([{ kind: 'webauthn', name: KEY_SERVICE }]),
    };
  }

  signIn = (username = 'olga'): Promise<Browser> => Browser.login(this.portal, username);

  /** Signs a person in, and registers the person's first passkey. */
  async withKey(username = 'olga'): Promise<{ readonly browser: Browser; readonly key: SignInKey }> {
    const browser = await this.signIn(username);
    return { browser, key: await registerKey(browser) };
  }

  /** A browser with this token of a session. */
  withToken(token: string): Browser {
    const browser = new Browser(this.portal);
    browser.cookies.set('cardwright', token);
    return browser;
  }

  async idOf(username: string): Promise<string> {
    const [user] = await this.store.db.select().from(users).where(eq(users.username, username));
    return user?.id ?? '';
  }

  /** The passkeys that a person has registered for signing in. */
  keysOf = async (username: string) =>
    this.store.db
      .select()
      .from(signInPasskeys)
      .where(eq(signInPasskeys.userId, await this.idOf(username)));

  /** Gives a person these roles alone, for everybody. */
  async give(username: string, ...roles: readonly Role[]): Promise<void> {
    const id = await this.idOf(username);
    await this.store.db.delete(userRoles).where(eq(userRoles.userId, id));
    const grants = roles.map((role) => ({ role, group: null }));
    await insertGrants(this.store.db, id, grants);
  }

  /** Makes the last proof of identity in all sessions older. */
  age = (minutes: number) => this.store.db.update(sessions).set({ provedAt: new Date(Date.now() - minutes * MINUTE) });

  /** The last entries of the audit log, newest first. */
  log = (limit: number) => this.store.db.select().from(audit).orderBy(desc(audit.id)).limit(limit);

  async #start(): Promise<void> {
    this.#server = await openDatabase({ accounts: ACCOUNTS });
    this.#portal = await startTestPortal(this.environment);
    this.#store = await openPortalDatabase({ url: this.#server.url });
  }

  async #stop(): Promise<void> {
    await this.#store?.close();
    await this.#portal?.remove();
    await this.#server?.stop();
  }

  async #clear(): Promise<void> {
    const { db } = this.store;
    for (const table of [loginAttempts, sessions, signInPasskeys, passkeys]) await db.delete(table);
    await db.update(devices).set({ state: 'available' });
    for (const username of ['alice', 'bob']) await this.give(username, 'user');
    for (const username of ['olga', 'oscar']) await this.give(username, 'user', 'operator', 'administrator');
  }
}

/** How the second factor stands in the session of a browser. */
export const stateOf = async (browser: Browser): Promise<string> =>
  v.parse(shown, (await browser.get('/api/session')).body).secondFactor;

/** The own passkeys for signing in, as My account lists them. */
export const passkeysOf = async (browser: Browser) =>
  v.parse(list, (await browser.get('/api/account/passkeys')).body).passkeys;

/** The token of the session of a browser. */
export const tokenOf = ({ cookies }: Browser): string => cookies.get('cardwright') ?? '';
