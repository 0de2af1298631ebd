import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { until } from '@cardwright/stage';
import type { Page } from 'puppeteer-core';
import { loadKeyRing } from '../../../portal/src/server/keys/key-ring.js';
import { SessionChecker } from '../../../portal/src/server/login/session-checks.js';
import { SignIn } from '../../../portal/src/server/login/sign-in.js';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import { sessions } from '../../../portal/src/server/store/schema.js';
import type { TestPortal } from '../../integration/portal/support/test-portal.js';
import { click, openPage, openPageBrowser, waitFor, type PageBrowser } from '../../support/page-stage.js';

/** Someone by what the groups there give here: the roles of an operator and of a user, that of a user, or none. */
export type Person = 'operator' | 'user' | 'stranger';

/** A way to sign in, with a portal and with what the portal asks. */
export interface Way {
  readonly portal: TestPortal;
  /** Chooses the way on the sign-in page, and sends what that page asks for. */
  begin(page: Page, person: Person): Promise<void>;
  /** Answers what is asked elsewhere, which has to be asked. */
  finish(page: Page, person: Person): Promise<void>;
  /** Lets the provider or directory go away, or come back. */
  setAway(isAway: boolean): Promise<void>;
  /** Takes the operator out of the group that gives the role, and lets the provider or directory know it of its own sessions too. */
  demote(): Promise<void>;
  /** Signs out at the provider, in the browser of that page. A directory has no sessions. */
  readonly signOutThere?: (browser: PageBrowser) => Promise<void>;
  stop(): Promise<void>;
}

const AWAY = 'This way to sign in isn’t available now. Try again in a few minutes.';
const NOT_PERMITTED = 'Your organisation doesn’t allow you to use this portal. Ask your help desk.';

/** Walks through what a person sees of one way to sign in. The walks share a portal and go in this order: at the first one it knows nothing of the provider. */
export function walkThrough(start: () => Promise<Way>, hasSessions: boolean): void {
  let way: Way;
  let store: PortalDatabase;
  let signIn: SignIn;
  let browser: PageBrowser;

  beforeAll(async () => {
    way = await start();
    const { configuration, folder } = way.portal;
    store = await openPortalDatabase(configuration.database);
    const keys = await loadKeyRing(folder, configuration.keys);
    signIn = new SignIn(configuration.signIn, keys, () => way.portal.origin);
  });
  afterAll(async () => {
    await store.close();
    await way.stop();
  });
  beforeEach(async () => {
    browser = await openPageBrowser();
  });
  afterEach(() => browser.close());

  const open = (path: string): Promise<Page> => openPage(browser, `${way.portal.origin}${path}`);

  /** Signs in on a page that shows the sign-in page. */
  async function enter(page: Page, person: Person): Promise<void> {
    await way.begin(page, person);
    await way.finish(page, person);
    await waitFor(page, '>>> #logout');
  }

  async function entered(person: Person): Promise<Page> {
    const page = await open('/my-devices');
    await enter(page, person);
    return page;
  }

  const problemOf = async (page: Page): Promise<string> => {
    await waitFor(page, '>>> .problem');
    return page.$eval('>>> .problem', ({ textContent }) => textContent.trim());
  };
  const sessionOf = (page: Page): Promise<unknown> =>
    page.evaluate(async () => (await fetch('/api/session')).json() as Promise<unknown>);
  const actsOnDevices = async (page: Page): Promise<boolean> =>
    JSON.stringify(await sessionOf(page)).includes('"act-on-devices"');
  /** Asks for every session whether its person may stay, as if its turn had come. Resolves with the number of sessions. */
  const check = (): Promise<number> =>
    new SessionChecker(store.db, signIn, () => undefined).checkDue(
      new AbortController().signal,
      new Date(Date.now() + 60_000),
    );

  it('says while it is away that nobody can sign in, and lets people in once it is back', async () => {
    await way.setAway(true);
    const page = await open('/login');
    await way.begin(page, 'user');
    expect(await problemOf(page)).toBe(AWAY);
    await way.setAway(false);
    await enter(page, 'user');
  });

  it('gives the role of the group at the first sign-in, and is asked again after a sign-out', async () => {
    const page = await open('/operator');
    await enter(page, 'operator');
    expect(await page.evaluate(() => location.pathname)).toBe('/operator');
    expect(await actsOnDevices(page)).toBe(true);
    await click(page, '>>> #logout');
    await waitFor(page, '>>> #login');
    expect(await page.evaluate(() => location.pathname)).toBe('/login');
    expect(await sessionOf(page)).toMatchObject({ user: null });
    await enter(page, 'operator');
  });

  it('lets nobody in whose groups give no role, and says so', async () => {
    const page = await open('/my-devices');
    await way.begin(page, 'stranger');
    await way.finish(page, 'stranger');
    expect(await problemOf(page)).toBe(NOT_PERMITTED);
    expect(await sessionOf(page)).toMatchObject({ user: null });
  });

  it('leaves sessions alone while it is away, says when one has ended, and then leads back to the same page', async () => {
    const page = await entered('operator');
    await page.goto(`${way.portal.origin}/operator`);
    await way.setAway(true);
    try {
      expect(await check()).toBeGreaterThan(0);
      await page.reload();
      await waitFor(page, '>>> #logout');
      await store.db.update(sessions).set({ expiresAt: new Date() });
      await click(page, '>>> [role=tab][aria-selected=false]');
      await waitFor(page, '>>> #ended');
    } finally {
      await way.setAway(false);
    }
    if (way.signOutThere) await way.signOutThere(browser);
    await enter(page, 'operator');
    expect(await page.evaluate(() => location.pathname)).toBe('/operator');
  });

  it('takes the role away with the group, in a session that is open', async () => {
    const page = await entered('operator');
    expect(await check()).toBeGreaterThan(0);
    expect(await actsOnDevices(page)).toBe(true);
    await way.demote();
    await check();
    await page.reload();
    await waitFor(page, '>>> #login');
    if (way.signOutThere) await way.signOutThere(browser);
    await enter(page, 'operator');
    expect(await actsOnDevices(page)).toBe(false);
  });

  if (!hasSessions) return;

  it('ends the session here when the person signs out there', async () => {
    const page = await entered('user');
    await way.signOutThere?.(browser);
    await until(async () => JSON.stringify(await sessionOf(page)).includes('"user":null'), {
      what: 'the session ends',
    });
    await page.reload();
    await waitFor(page, '>>> #login');
  });

  it('says at the return if it went away while the person was there', async () => {
    const page = await open('/my-devices');
    await way.begin(page, 'user');
    await page.setRequestInterception(true);
    page.on('request', (request) => {
      const isReturn = new URL(request.url()).pathname === '/api/session/provider/answer';
      void (isReturn ? way.setAway(true) : Promise.resolve()).then(() => request.continue());
    });
    try {
      await way.finish(page, 'user');
      expect(await problemOf(page)).toBe(AWAY);
      expect(await sessionOf(page)).toMatchObject({ user: null });
    } finally {
      await way.setAway(false);
    }
  });
}
