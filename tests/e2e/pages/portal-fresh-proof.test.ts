import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { until } from '@cardwright/stage';
import type { Page } from 'puppeteer-core';
import * as v from 'valibot';
import type { OwnProofs } from '../../../portal/src/pages/own-proofs.js';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { blankYubikey } from '../../support/device-facts.js';
import {
  arrival,
  click,
  fill,
  openPage,
  openPageBrowser,
  PageServer,
  waitFor,
  type PageBrowser,
} from '../../support/page-stage.js';
import { addPasskey } from '../../support/passkeys.js';
import { offersIn, WHOLE } from '../../support/portal-devices.js';
import { ScriptedCms } from '../../support/scripted-cms.js';
import { thoroughIt } from '../../support/thorough.js';
import { bundlePage } from '../../support/wizard-stage.js';

const PUBLIC = new URL('../../../portal/dist/public/', import.meta.url).pathname;
const PASSWORD = 'ada-password';
const YUBIKEY = blankYubikey('11223344');
const USER = { username: 'ada', displayName: 'Ada Lovelace', rights: ['own-account', 'own-devices'] };
const entry = v.strictObject({ password: v.string() });

let browser: PageBrowser;
let server: PageServer;
let extension: string;
let page: Page;
let cms = new ScriptedCms();
let proofs: OwnProofs;
let endsAt = 1;
let refusal: CardwrightError | null = null;
/** The portal's answer where a proof at the provider begins. */
let begun: object;
const asked: string[] = [];

/** Answers for the portal; the CMS behind it asks once for a fresh proof. */
function answer(method: string, path: string, body: unknown): object {
  asked.push(`${method} ${path}`);
  if (path === 'session') return { user: USER, passkeys: proofs.passkey, proofs };
  if (path === 'session/proof' && method === 'GET') return { isFresh: false, endsAt: new Date(endsAt).toISOString() };
  if (path === 'devices')
    return {
      operations: offersIn('en'),
      devices: WHOLE,
      terminated: [],
      limit: { max: 3, used: 1, reason: null },
      deviceSource: { text: null, url: null },
      mobile: null,
    };
  if (path === 'session/passkey/options')
    return { options: { challenge: 'AAAA', rpId: 'localhost', timeout: 300_000, userVerification: 'required' } };
  if (path.startsWith('session/proof') && refusal) throw refusal;
  if (path === 'session/proof/passkey') return { user: USER };
  if (path === 'session/proof/provider') return begun;
  if (path !== 'session/proof') return cms.answer(path, body);
  if (v.parse(entry, body).password !== PASSWORD) throw new CardwrightError('PASSWORD_INCORRECT');
  return { user: USER };
}

beforeAll(async () => {
  const files = new Map(readdirSync(PUBLIC).map((name) => [`/${name}`, readFileSync(PUBLIC + name, 'utf8')]));
  files.set('/provider', '<!doctype html><title>Provider</title>');
  for (const language of ['en', 'de']) files.set(`/${language}`, files.get(`/my-devices.${language}.html`) ?? '');
  extension = await bundlePage('tests/support/wizard-page/extension-only.ts');
  server = await PageServer.start(files, answer);
  browser = await openPageBrowser();
});
beforeEach(() => {
  asked.length = 0;
  proofs = { password: true, passkey: false, card: false, provider: null };
  begun = { url: `${server.origin}/provider` };
  refusal = null;
  cms = new ScriptedCms();
  cms.goAway('operations', new CardwrightError('LOGIN_REQUIRED', { fresh: true }));
});
afterEach(() => page.close());
afterAll(async () => {
  await browser.close();
  await server.stop();
});

/** Opens My Devices and, by keyboard, the wizard that changes a PIN, up to the proof of identity. */
async function open(language: 'en' | 'de' = 'en'): Promise<void> {
  page = await openPage(browser, `${server.origin}/${language}`);
  await page.evaluate(extension);
  await page.evaluate((devices) => window.extension.setDevices(devices), [YUBIKEY]);
  await waitFor(page, '>>> [data-operation=change-pin]');
  await page.focus('>>> [data-operation=change-pin]');
  await page.keyboard.press('Enter');
  await pane('prove');
}

const WIZARD = '>>> cardwright-operation[kind=change-pin]';

/** Waits until its heading is visible. */
const pane = (name: string) => waitFor(page, `${WIZARD} >>> cardwright-dialog[data-pane=${name}] h2`);

async function enter(password: string): Promise<void> {
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
}

const FORM = `${WIZARD} portal-fresh-proof`;
const problem = `${FORM} >>> [role=alert]`;
const problemText = async (): Promise<string> => {
  await waitFor(page, problem);
  return page.$eval(problem, ({ textContent }) => textContent);
};
const password = () =>
  page.$eval(`${WIZARD} portal-fresh-proof >>> #password`, (input) =>
    input instanceof HTMLInputElement ? input.value : null,
  );
/** Resolves with the next window that the page opens. */
const popup = () =>
  new Promise<Page>((resolve, reject) => {
    page.once('popup', (opened) => (opened ? resolve(opened) : reject(new Error('no window'))));
  });
const given = () => asked.filter((call) => call.startsWith('POST session/proof'));

describe('My Devices, if the portal demands a fresh proof of identity,', () => {
  it('takes the password in the wizard, without a passkey if the portal takes none, reports a wrong one, continues, and does not keep it', async () => {
    await open();
    expect(await page.$('>>> #prove-by-passkey')).toBeNull();
    await enter('wrong');
    expect(await problemText()).toBe('Wrong password.');
    // The wrong entry is selected, so that typing replaces it.
    await enter(PASSWORD);
    await pane('ready');
    expect(given()).toEqual(['POST session/proof', 'POST session/proof']);
    expect(await password()).toBe('');
  });

  it('leads to the provider in a window that the click opens, and continues once the portal has taken the proof', async () => {
    proofs = { password: false, passkey: false, card: false, provider: { name: 'work', title: 'your work account' } };
    await open();
    expect(await page.$(`${FORM} >>> #password`)).toBeNull();
    expect(await findAccessibilityFaults(page)).toEqual([]);
    const opened = popup();
    await page.keyboard.press('Enter');
    const there = await opened;
    await waitFor(page, `${FORM} >>> #waiting:not(.visually-hidden)`);
    await until(() => Promise.resolve(there.url().endsWith('/provider')), { what: 'the page of the provider' });
    expect(await there.evaluate(() => window.opener === null)).toBe(true);
    // Whatever a page of the same origin says, the portal alone decides.
    await there.evaluate(() => new BroadcastChannel('cardwright-proof').postMessage({ refusal: null }));
    await there.evaluate(() => new BroadcastChannel('cardwright-proof').postMessage({ refusal: 'unproved' }));
    expect(await problemText()).toBe('That didn’t prove that it’s you. Try again as the person who is signed in here.');
    await pane('prove');
    endsAt += 1;
    await pane('ready');
    expect(asked.filter((call) => call === 'POST session/proof/provider')).toHaveLength(1);
    await there.close();
  });

  it('says that the provider cannot be used, closes the window, and lets its user try again', async () => {
    proofs = { password: false, passkey: false, card: false, provider: { name: 'work', title: 'your work account' } };
    begun = { refusal: 'away' };
    await open();
    const opened = popup();
    await page.keyboard.press('Enter');
    const there = await opened;
    expect(await problemText()).toBe('This way isn’t available now. Try again in a few minutes.');
    await until(() => Promise.resolve(there.isClosed()), { what: 'the window closes' });
    begun = { url: `${server.origin}/provider` };
    await click(page, `${FORM} >>> #prove-at-provider`);
    await waitFor(page, `${FORM} >>> #waiting:not(.visually-hidden)`);
    endsAt += 1;
    await pane('ready');
  });

  it('takes another proof while the window is open', async () => {
    proofs = { password: true, passkey: false, card: false, provider: { name: 'work', title: 'your work account' } };
    await open();
    await click(page, `${FORM} >>> #prove-at-provider`);
    await waitFor(page, `${FORM} >>> #waiting:not(.visually-hidden)`);
    await page.bringToFront();
    await fill(page, `${FORM} >>> #password`, PASSWORD);
    await click(page, `${FORM} >>> #prove`);
    await pane('ready');
  });

  it('reports too many tries', async () => {
    refusal = new CardwrightError('RATE_LIMITED');
    await open();
    await enter(PASSWORD);
    expect(await problemText()).toBe('Too many attempts. Try again later.');
  });

  it('takes a passkey if the portal has some, and then no password', async () => {
    proofs = { ...proofs, passkey: true };
    await open();
    await addPasskey(page);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await pane('ready');
    expect(given()).toEqual(['POST session/proof/passkey']);
  });

  it('forgets a typed password when the wizard is closed', async () => {
    await open();
    await page.keyboard.type('half of it');
    await page.keyboard.press('Escape');
    await page.waitForSelector('>>> dialog[open]', { hidden: true });
    await page.waitForFunction(() => !window.extension.hasSession);
    expect(await password()).toBe('');
    expect(given()).toEqual([]);
  });

  it('leads to the login if the session has ended meanwhile, which says so', async () => {
    refusal = new CardwrightError('LOGIN_REQUIRED', { fresh: false });
    await open();
    const [there] = await Promise.all([arrival(page), enter(PASSWORD)]);
    expect(there).toBe('/login#ended');
  });

  thoroughIt('speaks German', async () => {
    await open('de');
    await enter('falsch');
    expect(await problemText()).toBe('Das Passwort ist falsch.');
  });
});
