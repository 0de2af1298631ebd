import { mkdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { waitFor, type Look } from '../../support/page-stage.js';
import {
  BROKEN,
  OWN,
  PHONES,
  SUSPENDED,
  TERMINATED,
  UNAPPROVED,
  WHOLE,
  WITH_PASSKEYS,
  WITH_PHONES,
  device,
  manyDevices,
} from '../../support/portal-devices.js';
import { addPasskey } from '../../support/passkeys.js';
import { PortalPages, PROPOSAL, WIDENING, type PortalScene } from '../../support/portal-pages.js';
import { PHONE_PAGE } from '../../support/portal-timeline.js';
import { everyOrSome } from '../../support/thorough.js';

const SCREENSHOTS = new URL('../../screenshots/portal/', import.meta.url).pathname;
const DEVICES = [...WHOLE, ...BROKEN, device('d9', 'terminated', { certificates: [] })];

interface Scene extends PortalScene {
  /** What shows that the page is there. */
  readonly shows: string;
  readonly act?: (page: Page) => Promise<void>;
}

const SCENES: Readonly<Record<string, Scene>> = {
  login: { page: 'login', shows: '>>> #login' },
  'login-refused': {
    page: 'login',
    shows: '>>> #login',
    act: async (page) => {
      await page.locator('>>> #username').fill('ada');
      await page.locator('>>> #password').fill('wrong');
      await page.locator('>>> #login').click();
      await waitFor(page, '>>> [role=alert]');
    },
  },
  'login-german': { page: 'login', language: 'de', shows: '>>> #login' },
  'login-passkey': { page: 'login', takesPasskeys: true, shows: '>>> #passkey' },
  'login-passkey-german': {
    page: 'login',
    language: 'de',
    takesPasskeys: true,
    refusesPasskeys: 'PASSKEY_LOGIN_REFUSED',
    shows: '>>> #passkey',
    act: async (page) => {
      await addPasskey(page);
      await page.locator('>>> #passkey').click();
      await waitFor(page, '>>> [role=alert]');
    },
  },
  'my-devices': { page: 'my-devices', role: 'user', devices: [...WHOLE, ...BROKEN], shows: '>>> article' },
  'my-devices-german': {
    page: 'my-devices',
    language: 'de',
    role: 'user',
    devices: [...WHOLE, ...BROKEN],
    shows: '>>> article',
  },
  'my-devices-details': {
    page: 'my-devices',
    role: 'user',
    devices: [...WHOLE, ...WITH_PHONES.slice(1, 2)],
    shows: '>>> article',
    act: openDetails,
  },
  'my-devices-details-german': {
    page: 'my-devices',
    language: 'de',
    role: 'user',
    devices: [...BROKEN.slice(0, 1), ...WITH_PHONES.slice(1, 2)],
    shows: '>>> article',
    act: openDetails,
  },
  'my-devices-suspended': { page: 'my-devices', role: 'user', devices: SUSPENDED, shows: '>>> .contact' },
  'my-devices-suspended-german': {
    page: 'my-devices',
    language: 'de',
    role: 'user',
    devices: SUSPENDED,
    terminated: TERMINATED,
    shows: '>>> .contact',
  },
  'my-devices-terminated': {
    page: 'my-devices',
    role: 'user',
    devices: WHOLE,
    terminated: TERMINATED,
    shows: '>>> .terminated',
  },
  'my-devices-terminated-alone': {
    page: 'my-devices',
    role: 'user',
    terminated: TERMINATED,
    shows: '>>> .terminated',
  },
  'my-devices-passkeys': { page: 'my-devices', role: 'user', devices: WITH_PASSKEYS, shows: '>>> .passkeys' },
  'my-devices-passkeys-german': {
    page: 'my-devices',
    language: 'de',
    role: 'user',
    devices: WITH_PASSKEYS,
    shows: '>>> .passkeys',
    act: openPasskeys,
  },
  'my-devices-passkeys-open': {
    page: 'my-devices',
    role: 'user',
    devices: WITH_PASSKEYS,
    shows: '>>> .passkeys',
    act: openPasskeys,
  },
  'my-devices-approval': { page: 'my-devices', role: 'user', devices: UNAPPROVED, shows: '>>> article' },
  'my-devices-approval-german': {
    page: 'my-devices',
    language: 'de',
    role: 'user',
    devices: UNAPPROVED,
    shows: '>>> article',
  },
  'my-devices-empty': { page: 'my-devices', role: 'user', shows: '>>> .empty' },
  'my-devices-empty-german': {
    page: 'my-devices',
    language: 'de',
    role: 'user',
    deviceSource: { text: 'Im Servicepunkt, Raum 1.04, montags bis freitags.', url: 'https://it.example.com/cards' },
    shows: '>>> #device-source',
  },
  'my-devices-added': {
    page: 'my-devices',
    role: 'user',
    devices: [...BROKEN, device('d0', 'active', { ownerActions: [], serial: '99887766' })],
    shows: '>>> article',
    act: async (page) => {
      for (const type of ['cardwright-issued', 'cardwright-closed'])
        await page.$eval(
          '>>> cardwright-add-device',
          (wizard, name) => wizard.dispatchEvent(new CustomEvent(name)),
          type,
        );
      await waitFor(page, '>>> .added');
    },
  },
  'my-devices-mobile': {
    page: 'my-devices',
    role: 'user',
    devices: WITH_PHONES,
    takesPhones: true,
    shows: '>>> #add-mobile',
  },
  'my-devices-mobile-delete': {
    page: 'my-devices',
    role: 'user',
    devices: WITH_PHONES,
    takesPhones: true,
    shows: '>>> #add-mobile',
    act: askToDeleteMobile,
  },
  'my-devices-mobile-delete-german': {
    page: 'my-devices',
    language: 'de',
    role: 'user',
    devices: WITH_PHONES,
    takesPhones: true,
    shows: '>>> #add-mobile',
    act: askToDeleteMobile,
  },
  'my-devices-mobile-deleted-german': {
    page: 'my-devices',
    language: 'de',
    role: 'user',
    devices: WITH_PHONES.slice(0, 2),
    takesPhones: true,
    shows: '>>> #add-mobile',
    act: deleteMobile,
  },
  'my-devices-mobile-full-german': {
    page: 'my-devices',
    language: 'de',
    role: 'user',
    devices: WITH_PHONES,
    takesPhones: true,
    limit: 'Sie haben Ihre Höchstzahl von 3 Geräten erreicht.',
    shows: '>>> #limit',
  },
  'my-devices-mobile-empty': { page: 'my-devices', role: 'user', takesPhones: true, shows: '>>> #mobile-needs' },
  'my-devices-mobile-empty-german': {
    page: 'my-devices',
    language: 'de',
    role: 'user',
    takesPhones: true,
    deviceSource: { text: 'Im Servicepunkt, Raum 1.04, montags bis freitags.', url: 'https://it.example.com/cards' },
    shows: '>>> #mobile-needs',
  },
  'my-devices-full': {
    page: 'my-devices',
    role: 'user',
    devices: DEVICES.slice(0, 1),
    limit: "You've reached your limit of one device.",
    shows: '>>> #limit',
  },
  'my-devices-problem': {
    page: 'my-devices',
    role: 'user',
    fails: 'devices',
    shows: '>>> cardwright-error-pane',
  },
  'my-devices-unreachable': { page: 'my-devices', fails: 'session', shows: '>>> cardwright-error-pane' },
  help: { page: 'help', shows: '.contact' },
  'help-german': { page: 'help', language: 'de', shows: '.contact' },
  'operator-refused': {
    page: 'operator',
    role: 'operator',
    devices: DEVICES.slice(1, 2),
    fails: 'operator/devices/d2/activate',
    shows: '>>> tbody tr',
    act: async (page) => {
      await page.locator('>>> button[data-action=activate]').click();
      await waitFor(page, '>>> cardwright-error-pane');
    },
  },
  'operator-devices': { page: 'operator', role: 'operator', devices: DEVICES, shows: '>>> tbody tr' },
  'operator-many': {
    page: 'operator',
    role: 'operator',
    devices: [...UNAPPROVED.slice(0, 1), ...manyDevices(53)],
    shows: '>>> [data-action=more]',
  },
  'operator-found': {
    page: 'operator',
    role: 'operator',
    devices: [...DEVICES, ...UNAPPROVED],
    shows: '>>> tbody tr',
    act: async (page) => {
      await page.locator('>>> [name=owner]').fill('a');
      await page.locator('>>> #search').click();
      await waitFor(page, '>>> .many');
    },
  },
  'operator-not-found': {
    page: 'operator',
    role: 'operator',
    devices: DEVICES,
    shows: '>>> tbody tr',
    act: async (page) => {
      await page.locator('>>> [name=serial]').fill('999');
      await page.locator('>>> #search').click();
      await page.waitForSelector('>>> tbody tr', { hidden: true });
    },
  },
  'operator-approval': {
    page: 'operator',
    role: 'operator',
    devices: [...WHOLE, ...UNAPPROVED, ...OWN],
    shows: '>>> #waiting',
  },
  'operator-decline': {
    page: 'operator',
    role: 'operator',
    devices: UNAPPROVED,
    shows: '>>> #waiting',
    act: async (page) => {
      await page.locator('>>> button[data-action=decline]').click();
      await page.locator('>>> dialog[open] #confirm').click();
      await waitFor(page, '>>> dialog[open] [role=alert]');
    },
  },
  'operator-terminate': {
    page: 'operator',
    role: 'operator',
    devices: DEVICES,
    shows: '>>> tbody tr',
    act: async (page) => {
      await page.locator('>>> button[data-action=terminate]').click();
      await page.locator('>>> dialog[open] #meant').click();
      await waitFor(page, '>>> dialog[open] #confirm:enabled');
    },
  },
  'operator-mobile': { page: 'operator', role: 'operator', devices: PHONES, shows: '>>> tbody tr' },
  'operator-mobile-device': {
    page: 'operator-device',
    address: '/operator/devices/i1',
    role: 'operator',
    devicePage: PHONE_PAGE,
    shows: '>>> tbody tr',
  },
  'operator-policy': {
    page: 'operator',
    role: 'operator',
    shows: '>>> #tab-policy',
    act: async (page) => {
      await page.locator('>>> #tab-policy').click();
      await waitFor(page, '>>> form[aria-label]');
    },
  },
  'operator-policy-passkeys': {
    page: 'operator',
    role: 'operator',
    passkeyServices: ['login', 'gone'],
    shows: '>>> #tab-policy',
    act: async (page) => {
      await page.locator('>>> #tab-policy').click();
      await waitFor(page, '>>> #add-security-keys');
      await page.focus('>>> #add-security-keys');
      await page.keyboard.press('Enter');
      await waitFor(page, '>>> portal-policy-form[unsaved]');
    },
  },
  'operator-policy-question': {
    page: 'operator',
    role: 'operator',
    changes: WIDENING,
    shows: '>>> #tab-policy',
    act: askForTrust,
  },
  'operator-policy-question-alone': {
    page: 'operator',
    role: 'operator',
    changes: WIDENING,
    isAlone: true,
    shows: '>>> #tab-policy',
    act: askForTrust,
  },
  'operator-policy-proposals': {
    page: 'operator',
    role: 'operator',
    proposals: [PROPOSAL, { ...PROPOSAL, id: '3f0e1bb2-6f0a-4a43-8d0f-0d3a1a0d9a10', model: 'piv', isOwn: true }],
    shows: '>>> #tab-policy',
    act: async (page) => {
      await page.locator('>>> #tab-policy').click();
      await waitFor(page, '>>> [data-action=confirm]');
    },
  },
  'operator-certificates': {
    page: 'operator',
    role: 'operator',
    shows: '>>> #tab-policy',
    act: async (page) => {
      await page.locator('>>> #tab-policy').click();
      await waitFor(page, '>>> #present');
      await page.locator('>>> textarea').fill('-----BEGIN CERTIFICATE-----');
      await page.locator('>>> #import').click();
      await waitFor(page, '>>> [name=trustUnknown]');
    },
  },
  'operator-device': {
    page: 'operator-device',
    address: '/operator/devices/d1',
    role: 'operator',
    shows: '>>> .failure',
  },
  'operator-operation': {
    page: 'operator-device',
    address: '/operator/operations/6630efd4-424c-42ec-bb1d-4eccfc121bf2',
    role: 'operator',
    shows: '>>> .item',
  },
  'operator-support-file': {
    page: 'operator-device',
    address: '/operator/devices/d1',
    role: 'operator',
    shows: '>>> #attach',
    act: async (page) => {
      await page.locator('>>> [aria-expanded=false]').click();
      await waitFor(page, '>>> portal-support-summary');
      await page.$eval('>>> portal-support-summary', (summary) =>
        summary.shadowRoot?.querySelector('details')?.setAttribute('open', ''),
      );
    },
  },
  'operator-device-problem': {
    page: 'operator-device',
    address: '/operator/devices/d1',
    role: 'operator',
    fails: 'operator/devices/d1',
    shows: '>>> cardwright-error-pane',
  },
  'operator-audit': {
    page: 'operator',
    role: 'operator',
    shows: '>>> #tab-audit',
    act: async (page) => {
      await page.locator('>>> #tab-audit').click();
      await waitFor(page, '>>> tbody tr');
    },
  },
};

async function openDetails(page: Page): Promise<void> {
  for (const details of await page.$$('>>> .details summary')) await details.click();
}

async function openPasskeys(page: Page): Promise<void> {
  for (const passkey of await page.$$('>>> .passkeys summary')) await passkey.click();
}

async function askForTrust(page: Page): Promise<void> {
  await page.locator('>>> #tab-policy').click();
  await waitFor(page, '>>> form[aria-label] button.primary');
  await page.locator('>>> form[aria-label] button.primary').click();
  await waitFor(page, '>>> dialog[open] #password');
}

async function askToDeleteMobile(page: Page): Promise<void> {
  await page.locator('>>> [data-action=delete-mobile]').click();
  await waitFor(page, '>>> dialog[open] #confirm');
}

async function deleteMobile(page: Page): Promise<void> {
  await askToDeleteMobile(page);
  await page.locator('>>> dialog[open] #confirm').click();
  await waitFor(page, '>>> #outcome:not(.visually-hidden)');
}

const LOOKS: readonly Look[] = [
  { scheme: 'light', width: 1100, text: 100 },
  { scheme: 'dark', width: 1100, text: 100 },
  { scheme: 'light', width: 360, height: 720, text: 100 },
  { scheme: 'light', width: 1100, text: 200 },
];

const portal = PortalPages.forTests();
beforeAll(() => void mkdirSync(SCREENSHOTS, { recursive: true }));

/** `npm test` shows each scene in one look, and each look in some scenes. */
const scenesIn = (look: Look) =>
  everyOrSome(Object.entries(SCENES), (_, index) => LOOKS[index % LOOKS.length] === look);

describe.each(LOOKS)('the portal in $scheme, $width px wide, with text of $text %', (look) => {
  it.each(scenesIn(look))(
    'shows %s without a fault that axe finds, and without scrolling sideways',
    async (name, played) => {
      const page = await portal.open(played, look);
      await waitFor(page, played.shows);
      await played.act?.(page);
      const path = `${SCREENSHOTS}${name}-${look.scheme ?? ''}-${look.width ?? 0}-${look.text ?? 100}.png`;
      // A dialog stands in the middle of the window, not of the page.
      const fullPage = (await page.$('>>> dialog[open]')) === null;
      await page.screenshot({ path, fullPage });
      expect(await findAccessibilityFaults(page)).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBe(0);
      await page.close();
    },
  );
});
