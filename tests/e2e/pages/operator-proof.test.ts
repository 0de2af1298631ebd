import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import type { Page } from 'puppeteer-core';
import * as v from 'valibot';
import { RIGHTS_OF } from '../../../portal/src/server/rights.js';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { clickInOneTask } from '../../support/click-in-one-task.js';
import {
  click,
  openPageBrowser,
  openPage,
  PageServer,
  textOf,
  waitFor,
  type Look,
  type PageBrowser,
} from '../../support/page-stage.js';
import { device } from '../../support/portal-devices.js';
import { bundlePage } from '../../support/wizard-stage.js';
import { everyOrSome, thoroughIt } from '../../support/thorough.js';

/** The dialog asks operators for a fresh proof of identity before an initial PIN is shown, and only if the portal wants one. */

const PUBLIC = new URL('../../../portal/dist/public/', import.meta.url).pathname;
const SCREENSHOTS = new URL('../../screenshots/portal/', import.meta.url).pathname;
const PASSWORD = 'olga-password';
const JWS = 'a.b.c';
const PROOF = 'POST session/proof';
const PIN = 'POST operator/devices/d1/initial-pin';

const DEVICE = device('d1', 'pending');

const entry = v.object({ password: v.string() });
const order = v.strictObject({ display: v.string(), key: v.looseObject({ kty: v.literal('EC') }) });
/** The form in the dialog. */
const FORM = '>>> portal-proof-dialog >>> portal-fresh-proof';

let browser: PageBrowser;
let server: PageServer;
let extension: string;
let page: Page;
/** Requests to the portal, and the error that it answers instead of a PIN. */
const asked: string[] = [];
let problem: CardwrightError | null;
let isFresh = false;

function answer(method: string, path: string, body: unknown, query: URLSearchParams): object {
  asked.push(`${method} ${path}`);
  if (path === 'session') {
    const user = { username: 'olga', displayName: 'Olga', rights: RIGHTS_OF.operator };
    return { user, passkeys: false, proofs: { password: true, passkey: false, card: false, provider: null } };
  }
  if (path === 'session/proof' && method === 'GET') return { isFresh, endsAt: '2026-11-25T18:00:00.000Z' };
  if (path === 'session/proof') {
    if (problem?.code === 'RATE_LIMITED') throw problem;
    if (v.parse(entry, body).password !== PASSWORD) throw new CardwrightError('PASSWORD_INCORRECT');
    isFresh = true;
    return { user: {} };
  }
  if (path === 'operator/policy') return { policies: [] };
  if (path === 'operator/expiry-dates') return { expiryDates: [] };
  if (path === 'operator/devices')
    return {
      devices: query.get('waiting') === 'no' ? [DEVICE] : [],
      next: null,
      hasMoreOwners: false,
      reach: 'everybody',
    };
  if (path !== 'operator/devices/d1/initial-pin') throw new CardwrightError('METHOD_NOT_FOUND');
  if (problem) throw problem;
  if (!isFresh) throw new CardwrightError('LOGIN_REQUIRED', { fresh: true });
  v.parse(order, body);
  return { jws: JWS };
}

beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const files = new Map(readdirSync(PUBLIC).map((name) => [`/${name}`, readFileSync(PUBLIC + name, 'utf8')]));
  files.set('/operator', files.get('/operator.en.html') ?? '');
  extension = await bundlePage('tests/support/wizard-page/extension-only.ts');
  server = await PageServer.start(files, answer);
  browser = await openPageBrowser();
});

beforeEach(() => {
  asked.length = 0;
  problem = null;
  isFresh = false;
});

afterEach(() => browser.reusePages());

afterAll(async () => {
  await browser.close();
  await server.stop();
});

/** Opens the operator's page and, by keyboard, the dialog. */
async function openDialog(look: Look = {}): Promise<void> {
  page = await openPage(browser, `${server.origin}/operator`, look);
  await page.evaluate(extension);
  await waitFor(page, '>>> [data-action=initial-pin]');
  await page.focus('>>> [data-action=initial-pin]');
  await page.keyboard.press('Enter');
  await waitFor(page, '>>> #password');
}

async function enter(password: string): Promise<void> {
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
}

const focused = (): Promise<string | undefined> =>
  page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element instanceof HTMLElement ? (element.dataset.action ?? element.id) : undefined;
  });

const isClosed = () => page.waitForSelector('>>> dialog[open]', { hidden: true });
const posts = () => asked.filter((call) => call.startsWith('POST'));
const called = () => page.evaluate(() => window.extension.calls);

it('asks nothing of an operator who has just proved who she is', async () => {
  isFresh = true;
  page = await openPage(browser, `${server.origin}/operator`);
  await page.evaluate(extension);
  await click(page, '>>> [data-action=initial-pin]');
  await page.waitForFunction(() => window.extension.calls.includes('secret.display'));
  expect(await page.$('>>> dialog[open]')).toBeNull();
  expect(posts()).toEqual([PIN]);
});

describe('the dialog for the proof', () => {
  it('has the PIN shown by the extension, with the password nowhere in the page afterwards', async () => {
    await openDialog();
    expect(await focused()).toBe('password');
    await enter(PASSWORD);
    await isClosed();
    await page.waitForFunction(() => window.extension.calls.includes('secret.display'));
    expect(posts()).toEqual([PROOF, PIN]);
    expect(await page.$(`${FORM} >>> #password`)).toBeNull();
    expect(page.url()).toBe(`${server.origin}/operator`);
    expect(await focused()).toBe('initial-pin');
  });

  thoroughIt('says that the password is not correct, and takes another one', async () => {
    await openDialog();
    await enter('wrong');
    await waitFor(page, '>>> #problem');
    expect(await page.$eval('>>> #problem', (line) => line.textContent)).toBe('Wrong password.');
    expect(await page.$('>>> #password[aria-invalid=true][aria-describedby=problem]')).not.toBeNull();
    expect(await focused()).toBe('password');
    expect(await called()).not.toContain('secret.display');
    await enter(PASSWORD);
    await isClosed();
    expect(posts()).toEqual([PROOF, PROOF, PIN]);
  });

  thoroughIt('says that there were too many tries', async () => {
    problem = new CardwrightError('RATE_LIMITED');
    await openDialog();
    await enter(PASSWORD);
    await waitFor(page, '>>> #problem');
    expect(await page.$eval('>>> #problem', (line) => line.textContent)).toBe('Too many attempts. Try again later.');
  });

  it.each(['Escape', 'Cancel'])('ends with %s, sends nothing, and returns the focus', async (way) => {
    await openDialog();
    await page.keyboard.type(PASSWORD);
    if (way === 'Escape') await page.keyboard.press('Escape');
    else await page.click('>>> #cancel');
    await isClosed();
    expect(posts()).toEqual([]);
    expect(await called()).toEqual([]);
    expect(await focused()).toBe('initial-pin');
    await page.keyboard.press('Enter');
    await waitFor(page, '>>> #password');
    expect(await page.$eval('>>> #password', (input) => (input as HTMLInputElement).value)).toBe('');
  });

  it('asks again at once after it was cancelled, before the browser has told that it closed', async () => {
    await openDialog();
    await page.keyboard.type(PASSWORD);
    await clickInOneTask(page, '>>> #cancel', '>>> [data-action=initial-pin]');
    await waitFor(page, `${FORM} >>> #password`);
    expect(await page.$eval('>>> #password', (input) => (input as HTMLInputElement).value)).toBe('');
    await enter(PASSWORD);
    await isClosed();
    expect(posts()).toEqual([PROOF, PIN]);
  });

  thoroughIt('closes at an error that the operator cannot correct there, and the page shows the error', async () => {
    problem = new CardwrightError('DEVICE_STATE', { state: 'terminated' });
    await openDialog();
    await enter(PASSWORD);
    await waitFor(page, '>>> cardwright-error-pane');
    await isClosed();
    expect(await textOf(page, 'cardwright-error-pane')).toContain('DEVICE_STATE');
    expect(await called()).not.toContain('secret.display');
  });
});

const LOOKS: readonly Look[] = [
  { scheme: 'light', width: 1100 },
  { scheme: 'dark', width: 1100 },
  { scheme: 'light', width: 360, height: 720 },
];

describe.each(everyOrSome(LOOKS, ({ scheme }) => scheme === 'dark'))(
  'the dialog in $scheme, $width px wide',
  (look) => {
    it('is readable, usable and without an axe finding', async () => {
      await openDialog(look);
      for (const name of ['proof', 'proof-wrong']) {
        const path = `${SCREENSHOTS}operator-${name}-${look.scheme ?? ''}-${look.width ?? 0}.png`;
        await page.screenshot({ path });
        expect(await findAccessibilityFaults(page)).toEqual([]);
        await enter('wrong');
        await waitFor(page, '>>> #problem');
      }
    });
  },
);
