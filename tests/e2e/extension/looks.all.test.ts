import { TROUBLESHOOTING } from '@cardwright/protocol';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { inRepository, pressButton, patiently, until } from '@cardwright/stage';
import type { Page } from 'puppeteer-core';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { findLayoutFaults } from '../../support/layout-faults.js';
import { ExtensionStage } from '../../support/extension-stage.js';
import { creation, optionsFor, signCommands } from '../../support/passkey-steps.js';
import { openMenuOver } from '../../support/toolbar-menu.js';
import { WireSession } from '../../support/wire-page.js';
import { everyOrNamed } from '../../support/thorough.js';

const SCREENSHOTS = inRepository('tests', 'screenshots', 'extension');
const MINUTE = 60_000;
const WIDTHS = { narrow: 360, usual: 440 };
const CHANGE = { rules: null, secrets: { pin: { source: 'session' }, newPin: { source: 'user' } } };
const UNBLOCK = { rules: null, secrets: { puk: { source: 'user' }, newPin: { source: 'user' } } };

const FOREIGN = 'https://login.microsoft.com';
const ORDER = optionsFor('login.microsoft.com', { rp: { id: 'login.microsoft.com', name: 'Microsoft' } });
const CHANGE_FIDO = { rules: null, secrets: { fidoPin: { source: 'user' }, newFidoPin: { source: 'user' } } };

mkdirSync(SCREENSHOTS, { recursive: true });

/** German has the longer words. */
describe.each(everyOrNamed(['en', 'de'], 'de'))('in the language %s', (language) => {
  let stage: ExtensionStage;

  beforeAll(async () => {
    stage = await ExtensionStage.open({ language });
  });

  beforeEach(async () => {
    await stage.startOver();
  });

  afterAll(async () => {
    await stage.close();
  });

  /** Photographs a page in light and dark (`npm test`: dark), and has axe check it at the usual and at its narrowest width. */
  async function judge(page: Page, name: string): Promise<void> {
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
    for (const scheme of everyOrNamed(['light', 'dark'], 'dark')) {
      await page.emulateMediaFeatures([
        { name: 'prefers-color-scheme', value: scheme },
        { name: 'prefers-reduced-motion', value: 'reduce' },
      ]);
      for (const width of Object.values(WIDTHS)) {
        await page.setViewport({ width, height: 640 });
        expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(
          0,
        );
        expect(await findLayoutFaults(page)).toEqual([]);
      }
      expect(await findAccessibilityFaults(page)).toEqual([]);
      const file = path.join(SCREENSHOTS, `${name}-${scheme}-${language}.png`);
      await page.screenshot({ path: file, fullPage: true, optimizeForSpeed: true });
    }
  }

  it('shows the consent without an axe finding', async () => {
    const session = await WireSession.open(await stage.page());
    session.call('access.request', { classes: ['read', 'use', 'manage'] }).catch(() => null);
    const consent = await stage.window('consent');
    await consent.waitForSelector('#allow:not(:disabled)');
    await judge(consent, 'consent');
    await consent.close();
  });

  it('shows the PIN window without an axe finding, in each of its states', async () => {
    const session = await stage.granted();
    const answer = session.call('pin.change', CHANGE);
    const window = await stage.window('secret');
    await judge(window, 'pin-empty');
    await window.type('#newPin', '7391');
    await judge(window, 'pin-typing');
    await enter(window, '#newPin', '123456');
    await judge(window, 'pin-rule-broken');
    await enter(window, '#newPin', '739164');
    await window.type('#repeated', '7399');
    await judge(window, 'pin-mismatch');
    await enter(window, '#repeated', '739164');
    await judge(window, 'pin-ready');
    await window.click('#cancel');
    await window.waitForSelector('dialog[open]');
    await judge(window, 'pin-leave');
    await window.click('dialog [data-answer=stay]');
    const hurried = await openHurried(window);
    await hurried.waitForSelector('dialog[open] [data-answer=stay]:focus');
    await judge(hurried, 'pin-more-time');
    await hurried.close();
    await answer;
    const unblocked = session.call('pin.unblock', UNBLOCK);
    const second = await stage.window('secret');
    await judge(second, 'puk-last-try');
    await second.close();
    await unblocked;
    const verified = session.call('pin.verify', { secrets: { pin: { source: 'user' } } });
    const third = await stage.window('secret');
    await judge(third, 'pin-verify');
    await third.close();
    await verified;
  });

  it('shows the window for entries at the reader without an axe finding, in each of its states', async () => {
    const session = await stage.granted();
    const pinpad = 'required';
    const verified = session.call('pin.verify', { pinpad, secrets: { pin: { source: 'user' } } });
    const first = await stage.window('reader');
    await judge(first, 'reader-verify');
    await pressButton(first, '#ready');
    await verified;
    await until(() => first.isClosed(), { what: 'the end of the window' });
    const changed = session.call('pin.change', {
      rules: null,
      pinpad,
      secrets: { pin: { source: 'user' }, newPin: { source: 'user' } },
    });
    const window = await stage.window('reader');
    // Nothing can be typed.
    expect(await window.$$eval('input, textarea, [contenteditable]', (fields) => fields.length)).toBe(0);
    await judge(window, 'reader-change');
    await pressButton(window, '#ready');
    await window.waitForSelector('#problem:not([hidden])');
    await judge(window, 'reader-again');
    await pressButton(window, '#ready');
    await window.waitForFunction(() => document.querySelectorAll('#entries li').length === 1);
    await judge(window, 'reader-confirm');
    await pressButton(window, '#ready');
    expect(await window.$eval('#waiting', (line) => line.textContent)).not.toBe('');
    await window.setViewport({ width: WIDTHS.narrow, height: 640 });
    await window.screenshot({ path: path.join(SCREENSHOTS, `reader-waiting-${language}.png`) });
    await changed;
  });

  it('shows the window for a secret and the one before erasing without an axe finding', async () => {
    const session = await stage.granted();
    const erased = session.call('step.run', { jws: 'a.b.c' });
    const confirm = await stage.window('confirm');
    await judge(confirm, 'confirm');
    await confirm.close();
    await erased;
    const shown = stage.showSecret(session, '739164');
    const display = await stage.window('display');
    await judge(display, 'display');
    await display.close();
    await shown;
  });

  it('shows the windows for FIDO PINs and before passkeys are lost without an axe finding', async () => {
    const session = await stage.granted();
    const changed = session.call('fido.changePin', CHANGE_FIDO);
    const change = await stage.window('secret');
    await change.type('#fidoPin', '739164');
    await change.type('#newFidoPin', 'ä'.repeat(40));
    await judge(change, 'fido-pin-change');
    await change.close();
    await changed;
    const used = session.call('step.run', {
      jws: await signCommands(stage, session, [creation('host', FOREIGN, ORDER)]),
    });
    const use = await stage.window('secret');
    await judge(use, 'fido-pin');
    await pressButton(use, '#forgotten');
    await used;
    const reset = [{ method: 'fido.reset', params: {} }];
    const erased = session.call('step.run', { jws: await signCommands(stage, session, reset, { number: 2 }) });
    const confirm = await stage.window('confirm');
    await judge(confirm, 'confirm-fido');
    await confirm.close();
    const all = [{ method: 'device.confirmErasure', params: { fido: 'reset' } }];
    const givenBack = session.call('step.run', { jws: await signCommands(stage, session, all, { number: 3 }) });
    const confirmAll = await stage.window('confirm');
    await judge(confirmAll, 'confirm-all');
    await confirmAll.close();
    await givenBack;
    await erased;
    const devicePinRules = { minLength: 6, maxLength: 8, digitsOnly: true, forbidTrivial: true };
    const setPin = { rules: null, devicePinRules, secrets: { newFidoPin: { source: 'user' } } };
    const first = [{ method: 'fido.setPin', params: setPin }];
    const chosen = session.call('step.run', { jws: await signCommands(stage, session, first, { number: 4 }) });
    const choice = await stage.window('secret');
    await judge(choice, 'fido-pin-first');
    await choice.close();
    await chosen;
  });

  it('shows the window for a passkey without an axe finding, in each of its states', async () => {
    const relyingParties = { [stage.portal.origin]: [{ origin: FOREIGN }] };
    await stage.chromium.setPolicy({ extension: { foreignRelyingParties: relyingParties } });
    const session = await stage.granted();
    const foreign = session.call('step.run', {
      jws: await signCommands(stage, session, [creation('window', FOREIGN, ORDER)]),
    });
    const first = await stage.window('passkey');
    await first.waitForSelector('#continue:not(:disabled)');
    await judge(first, 'passkey-window');
    await first.close();
    await foreign;
    await judge(await stage.ownPage('options'), 'options-relying-parties');
    await session.page.bringToFront();
    stage.orderPasskeys({ temporaryPin: '739164' });
    const own = creation('page', stage.portal.origin, optionsFor('localhost'));
    const shared = session.call('step.run', { jws: await signCommands(stage, session, [own], { number: 2 }) });
    const second = await stage.window('passkey');
    await second.waitForSelector('#continue:not(:disabled)');
    await judge(second, 'passkey-temporary');
    await pressButton(second, '#continue');
    await second.waitForSelector('#under-way:not([hidden])');
    await judge(second, 'passkey-under-way');
    await pressButton(second, '#cancel');
    await shared;
  });

  it('shows menu and settings without an axe finding, with the state of host and reader in the menu', async () => {
    await stage.granted(['read', 'use']);
    const popup = await stage.ownPage('popup');
    await popup.waitForSelector('#checks[aria-busy=false]');
    const checks = await popup.$$eval('#checks li', (items) => items.map((item) => item.textContent));
    expect(checks).toEqual([expect.stringContaining('0.1.0'), 'Fake Reader 00 00']);
    await judge(popup, 'popup');
    await judge(await stage.ownPage('options'), 'options');
  });

  it('shows the menu over a page whose question was closed without an axe finding', async () => {
    const session = await WireSession.open(await stage.page());
    const answer = session.call('access.request', { classes: ['read'] });
    await (await stage.window('consent')).close();
    await answer;
    const popup = await openMenuOver(stage.chromium.browser, session.page);
    await popup.waitForSelector('#refused:not([hidden])');
    await popup.waitForSelector('#checks[aria-busy=false]');
    await judge(popup, 'popup-refused');
  });

  it('shows every error of the catalogue on the troubleshooting page, without an axe finding', async () => {
    const page = await stage.ownPage('troubleshooting');
    const codes = await page.$$eval('#errors .entry-of-error', (entries) => entries.map(({ id }) => id));
    expect(codes).toEqual(Object.values(TROUBLESHOOTING).flat());
    await judge(page, 'troubleshooting');
  });

  it('opens the error that an address names on the troubleshooting page, and finds one by its number or its words', async () => {
    const page = await stage.ownPage('troubleshooting');
    const open = () => page.$$eval('.entry-of-error[open]', (entries) => entries.map(({ id }) => id));
    const shown = () => page.$$eval('.entry-of-error:not([hidden])', (entries) => entries.map(({ id }) => id));
    await page.evaluate(() => (location.hash = 'CARD_MUTE'));
    await page.waitForSelector('#CARD_MUTE[open]');
    expect(await page.$eval('#CARD_MUTE', (entry) => entry.getBoundingClientRect().top)).toBeLessThan(640);
    // Its group is collapsed until then.
    await page.evaluate(() => (location.hash = 'STEP_REFUSED'));
    await page.waitForSelector('details[open] > #STEP_REFUSED[open]');
    await page.type('#search', '4002');
    await page.waitForFunction(() => document.querySelectorAll('.entry-of-error[open]').length === 1);
    expect([await open(), await shown()]).toEqual([['NO_READER'], ['NO_READER']]);
    await judge(page, 'troubleshooting-found');
    await enter(page, '#search', language === 'de' ? 'puk blockiert' : 'puk blocked');
    expect(await shown()).toContain('PUK_BLOCKED');
    await enter(page, '#search', 'constructor');
    expect(await shown()).toEqual([]);
  });
});

describe.each(['missing', 'no-reader'] as const)('the menu when the host is %s', (fault) => {
  it('reports it with its remedy', async () => {
    const support = { name: 'IT Service Desk', phone: '+49 89 1234-0', linux: 'https://it.example/cardwright.deb' };
    // An address that would run in the page is no address.
    const policy = { extension: { support: { ...support, url: 'javascript:alert(1)' } } };
    const stage = await ExtensionStage.open({ fault, policy });
    try {
      const popup = await stage.ownPage('popup');
      await popup.waitForSelector('#checks[aria-busy=false]');
      expect(
        await popup.$$eval('#checks [data-state=failed]', (items) => items.map((item) => item.textContent)),
      ).toEqual([
        fault === 'missing'
          ? "Cardwright isn't installed on this computer.Install Cardwright on this computer, then try again.Get CardwrightMore help"
          : 'No card reader or security key is connected.Connect one, then try again.More help',
      ]);
      const links = await popup.$$eval('main a:not([hidden])', (all) => all.map((link) => link.getAttribute('href')));
      expect(links).toEqual([
        ...(fault === 'missing' ? ['https://it.example/cardwright.deb'] : []),
        `troubleshooting.html#${fault === 'missing' ? 'HOST_MISSING' : 'NO_READER'}`,
        'tel:+498912340',
        'inspector.html',
      ]);
      await popup.waitForSelector('#no-sites:not([hidden])');
      await popup.setViewport({ width: WIDTHS.narrow, height: 480 });
      await popup.screenshot({ path: path.join(SCREENSHOTS, `popup-${fault}.png`) });
    } finally {
      await stage.close();
    }
  });
});

/** Opens the same window again, in a tab in which a second is as long as four minutes. */
async function openHurried(window: Page): Promise<Page> {
  const page = patiently(await window.browser().newPage());
  await page.evaluateOnNewDocument((minute) => {
    const inTime = globalThis.setTimeout.bind(globalThis);
    const sooner = (handler: () => void, delay = 0): unknown => inTime(handler, delay >= minute ? delay / 240 : delay);
    Object.assign(globalThis, { setTimeout: sooner });
  }, MINUTE);
  await page.goto(window.url());
  return page;
}

async function enter(window: Page, field: string, text: string): Promise<void> {
  await window.$eval(field, (input) => (input as HTMLInputElement).select());
  await window.type(field, text);
}
