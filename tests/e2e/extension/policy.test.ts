import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { inRepository, pressButton } from '@cardwright/stage';
import type { Page } from 'puppeteer-core';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { ExtensionStage } from '../../support/extension-stage.js';
import { everyOrOneIn, thoroughIt } from '../../support/thorough.js';
import { openMenuOver } from '../../support/toolbar-menu.js';
import { WireSession } from '../../support/wire-page.js';

const SCREENSHOTS = inRepository('tests', 'screenshots', 'policy');
const ALL_CLASSES = ['read', 'use', 'manage'];
const WIDTHS = { narrow: 360, usual: 440 };

mkdirSync(SCREENSHOTS, { recursive: true });

let stage: ExtensionStage;

beforeAll(async () => {
  stage = await ExtensionStage.open();
});

beforeEach(async () => {
  await stage.chromium.setPolicy({});
  await stage.startOver();
});

afterAll(async () => {
  await stage.close();
});

const setPolicy = (extension: Record<string, unknown>) => stage.chromium.setPolicy({ extension });

/** Photographs a page, and has axe check it at the usual and at its narrowest width: in `npm run test:all`. */
async function judge(page: Page, name: string): Promise<void> {
  if (!globalThis.runsEverything) return;
  for (const scheme of ['light', 'dark']) {
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: scheme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    for (const width of Object.values(WIDTHS)) {
      await page.setViewport({ width, height: 640 });
      const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(tooWide).toBeLessThanOrEqual(0);
    }
    expect(await findAccessibilityFaults(page)).toEqual([]);
    await page.screenshot({ path: path.join(SCREENSHOTS, `${name}-${scheme}.png`), fullPage: true });
  }
}

/** Returns the rule of the site in the menu over a page. */
async function ruleIn(page: Page): Promise<{ readonly menu: Page; readonly rule: string }> {
  const menu = await openMenuOver(stage.chromium.browser, page);
  await menu.waitForSelector('#current:not([hidden])');
  expect(await menu.$eval('#current-origin', (line) => line.textContent)).toBe(stage.portal.origin);
  return { menu, rule: await menu.$eval('#current-rule', (line) => line.textContent) };
}

describe('the menu', () => {
  it('shows that policy allows the current site, and lets nobody revoke that', async () => {
    await setPolicy({ allowedSites: { [stage.portal.origin]: ['read', 'use'] } });
    const { page } = await stage.opened();
    const { menu, rule } = await ruleIn(page);
    expect(rule).toBe('see, use · allowed by your administrator');
    expect(await menu.$('#current-forget:not([hidden])')).toBeNull();
    expect(await menu.$eval('#sites li', (item) => item.textContent)).toContain('allowed by your administrator');
    await judge(menu, 'menu-allowed');
    await menu.close();
  });

  const refusals: readonly (readonly [
    why: string,
    policyOf: (origin: string) => Record<string, unknown>,
    said: string,
  ])[] = [
    ['names it', (origin) => ({ blockedSites: [origin] }), 'blocked by your administrator'],
    ['does not name it', () => ({ blockedSites: ['*'] }), 'blocked: your administrator allows only sites on a list'],
    [
      'cannot be read',
      (origin) => ({ allowedSites: { [`${origin}/`]: ALL_CLASSES } }),
      "blocked: your administrator's policy can't be read",
    ],
  ];

  it.each(everyOrOneIn(3, refusals))('shows the reason of the refusal if policy %s', async (why, policyOf, said) => {
    await setPolicy(policyOf(stage.portal.origin));
    const session = await WireSession.open(await stage.page());
    expect((await session.initialize()).error?.data).toEqual({
      name: 'SITE_NOT_GRANTED',
      details: { consent: 'blocked' },
    });
    const { menu, rule } = await ruleIn(session.page);
    expect(rule).toBe(said);
    await judge(menu, `menu-${why.replaceAll(' ', '-')}`);
    await menu.close();
  });

  it("shows that the user allowed it, who can revoke that there, and the page's session ends", async () => {
    const session = await stage.granted();
    const { menu, rule } = await ruleIn(session.page);
    expect(rule).toBe('see, use, write · your answer');
    await judge(menu, 'menu-answer');
    await pressButton(menu, '#current-forget');
    expect(await session.endedBecause()).toMatchObject({ name: 'SITE_NOT_GRANTED', details: { consent: 'needed' } });
    await menu.close();
  });
});

describe('the settings', () => {
  it("name the unreadable parts of the administrator's policy", async () => {
    await setPolicy({
      allowedSites: { 'https://portal.example/': ALL_CLASSES },
      support: { name: 'IT', linux: 'http://get.example/' },
      minimumHostVersion: 'latest',
    });
    const options = await stage.ownPage('options');
    await options.waitForSelector('#unreadable:not([hidden])');
    expect(await options.$$eval('#unreadable-list li', (all) => all.map(({ textContent }) => textContent))).toEqual([
      'allowedSites.https://portal.example/',
      'support.linux',
      'minimumHostVersion',
    ]);
    await judge(options, 'options-unreadable');
    await options.close();
  });

  thoroughIt('say nothing of a policy that can be read, nor where there is none', async () => {
    await setPolicy({ support: { name: 'IT' } });
    const options = await stage.ownPage('options');
    await options.waitForSelector('#contact:not([hidden])');
    expect(await options.$('#unreadable:not([hidden])')).toBeNull();
    await options.close();
  });
});

describe("the administrator's language", () => {
  thoroughIt("is used by the extension's pages, whatever the browser's language is", async () => {
    await setPolicy({ locale: 'de', minimumHostVersion: '99' });
    const menu = await stage.ownPage('popup');
    await menu.waitForSelector('#checks [data-state="failed"]');
    expect(await menu.evaluate(() => document.documentElement.lang)).toBe('de');
    const text = await menu.evaluate(() => document.body.textContent);
    expect(text).toContain('Dieser Computer');
    // A sentence of the error catalogue.
    expect(text).toContain('Cardwright auf diesem Computer ist zu alt');
    await judge(menu, 'menu-german');
    await menu.close();
  });
});

describe("the administrator's downloads", () => {
  it('come with the error that the host is missing, only to a granted site', async () => {
    const support = { name: 'IT', linux: 'https://get.example/host.deb' };
    await setPolicy({ allowedSites: { [stage.portal.origin]: ALL_CLASSES }, support });
    stage.spoilHost('missing');
    const session = await WireSession.open(await stage.page());
    expect((await session.initialize()).error?.data).toMatchObject({ name: 'HOST_MISSING', helpDesk: support });
    await setPolicy({ support });
    expect((await session.initialize()).error?.data).toEqual({
      name: 'SITE_NOT_GRANTED',
      details: { consent: 'needed' },
    });
  });
});

describe('an open session', () => {
  it('ends with its code when policy no longer names its site, and closes its PIN window', async () => {
    await setPolicy({ allowedSites: { [stage.portal.origin]: ALL_CLASSES }, blockedSites: ['*'] });
    const session = await stage.opened();
    session.call('pin.verify', { secrets: { pin: { source: 'user' } } }).catch(() => null);
    const window = await stage.window('secret');
    const closed = new Promise((resolve) => window.once('close', resolve));
    await setPolicy({ blockedSites: ['*'] });
    expect(await session.endedBecause()).toEqual({ name: 'SITE_NOT_GRANTED', details: { consent: 'blocked' } });
    await closed;
    await stage.everyHostEnds();
  });
});

describe('an open question', () => {
  /** Returns the answer to a page whose question is open when policy comes; resolves once the window is closed. */
  async function overtake(policy: Record<string, unknown>) {
    const session = await WireSession.open(await stage.page());
    const asked = session.call('access.request', { classes: ['read'] });
    const consent = await stage.window('consent');
    const closed = new Promise((resolve) => consent.once('close', resolve));
    await setPolicy(policy);
    await closed;
    expect(stage.openWindows()).toBe(0);
    return asked;
  }

  thoroughIt('closes when policy comes to decide, and its page has what policy grants, or is refused', async () => {
    const granted = await overtake({ allowedSites: { [stage.portal.origin]: ALL_CLASSES } });
    expect(granted).toMatchObject({ result: { granted: ALL_CLASSES } });
    await stage.chromium.setPolicy({});
    const refused = await overtake({ blockedSites: ['*'] });
    expect(refused.error?.data).toEqual({ name: 'SITE_NOT_GRANTED', details: { consent: 'blocked' } });
  });
});
