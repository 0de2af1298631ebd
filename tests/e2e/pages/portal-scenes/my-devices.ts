import type { Page } from 'puppeteer-core';
import { click, waitFor } from '../../../support/page-stage.js';
import {
  ASKED,
  BROKEN,
  EXPIRING,
  REPORTED,
  SUSPENDED,
  TERMINATED,
  UNAPPROVED,
  WHOLE,
  WITH_PASSKEYS,
  WITH_PHONES,
  device,
  phone,
} from '../../../support/portal-devices.js';
import type { LookedAt } from './looked-at.js';

/** Scenes of My Devices, and of the help beside it. */
export const MY_DEVICES_SCENES = {
  'my-devices': { page: 'my-devices', role: 'user', devices: [...WHOLE, ...BROKEN], shows: '>>> article' },
  'my-devices-german': {
    page: 'my-devices',
    language: 'de',
    role: 'user',
    devices: [...WHOLE, ...BROKEN],
    shows: '>>> article',
  },
  'my-devices-expiring': { page: 'my-devices', role: 'user', devices: EXPIRING, shows: '>>> .soon' },
  'my-devices-expiring-german': {
    page: 'my-devices',
    language: 'de',
    role: 'user',
    devices: EXPIRING,
    shows: '>>> .soon',
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
  'my-devices-named': {
    page: 'my-devices',
    role: 'user',
    devices: [
      device('d1', 'active', { ownerActions: [], name: 'Key on my key ring' }),
      device('d2', 'active', { ownerActions: [], name: 'W'.repeat(60) }),
    ],
    shows: '>>> article',
  },
  'my-devices-rename': {
    page: 'my-devices',
    role: 'user',
    devices: WHOLE,
    shows: '>>> article',
    act: async (page) => {
      await click(page, '>>> [data-action=rename]');
      await waitFor(page, '>>> portal-rename-dialog >>> dialog[open]');
      await page.keyboard.type('refused');
      await page.keyboard.press('Enter');
      await waitFor(page, '>>> portal-rename-dialog >>> [role=alert]');
    },
  },
  'my-devices-rename-german': {
    page: 'my-devices',
    language: 'de',
    role: 'user',
    devices: WHOLE,
    shows: '>>> article',
    act: async (page) => {
      await click(page, '>>> [data-action=rename]');
      await waitFor(page, '>>> portal-rename-dialog >>> dialog[open]');
    },
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
  'my-devices-reported': { page: 'my-devices', role: 'user', devices: REPORTED, shows: '>>> [data-action=takeBack]' },
  'my-devices-reported-german': {
    page: 'my-devices',
    language: 'de',
    role: 'user',
    devices: REPORTED,
    shows: '>>> [data-action=takeBack]',
  },
  'my-devices-report': {
    page: 'my-devices',
    role: 'user',
    devices: WITH_PASSKEYS,
    shows: '>>> article',
    act: askToReport,
  },
  'my-devices-report-german': {
    page: 'my-devices',
    language: 'de',
    role: 'user',
    devices: WITH_PASSKEYS,
    shows: '>>> article',
    act: askToReport,
  },
  'my-devices-report-proof': {
    page: 'my-devices',
    role: 'user',
    devices: REPORTED.slice(0, 1),
    shows: '>>> article',
    act: async (page) => {
      await askToTakeBack(page);
      await click(page, '>>> dialog[open] #confirm');
      await waitFor(page, '>>> dialog[open] portal-fresh-proof >>> #password');
    },
  },
  'my-devices-take-back': {
    page: 'my-devices',
    role: 'user',
    devices: REPORTED.slice(0, 1),
    shows: '>>> article',
    act: askToTakeBack,
  },
  'my-devices-take-back-german': {
    page: 'my-devices',
    language: 'de',
    role: 'user',
    devices: REPORTED.slice(0, 1),
    shows: '>>> article',
    act: askToTakeBack,
  },
  'my-devices-replace': {
    page: 'my-devices',
    role: 'user',
    devices: REPORTED.slice(2),
    shows: '>>> article',
    act: askToReplace,
  },
  'my-devices-replace-german': {
    page: 'my-devices',
    language: 'de',
    role: 'user',
    devices: REPORTED.slice(2),
    shows: '>>> article',
    act: askToReplace,
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
  'my-devices-remove-passkey': {
    page: 'my-devices',
    role: 'user',
    devices: WITH_PASSKEYS,
    shows: '>>> .passkeys',
    act: askToRemovePasskey,
  },
  'my-devices-remove-last-passkey-german': {
    page: 'my-devices',
    language: 'de',
    role: 'user',
    devices: WITH_PASSKEYS.slice(1),
    shows: '>>> .passkeys',
    act: askToRemovePasskey,
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
  'my-devices-mobile-installing-german': {
    page: 'my-devices',
    language: 'de',
    role: 'user',
    devices: [phone('i1', 'pending')],
    takesPhones: true,
    shows: '>>> .badge',
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
    limit:
      'Sie können 3 Geräte haben. Um ein weiteres hinzuzufügen, lassen Sie eines davon von Ihrem Helpdesk stilllegen.',
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
  'my-devices-asked': { page: 'my-devices', role: 'user', devices: ASKED, shows: '>>> .work' },
  'my-devices-asked-german': { page: 'my-devices', role: 'user', language: 'de', devices: ASKED, shows: '>>> .work' },
  'my-devices-full': {
    page: 'my-devices',
    role: 'user',
    devices: WHOLE.slice(0, 1),
    limit: 'You can have one device. To add another, ask your help desk to terminate it.',
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
} as const satisfies Readonly<Record<string, LookedAt>>;

async function openDetails(page: Page): Promise<void> {
  for (const details of await page.$$('>>> .details summary')) await details.click();
}

async function openPasskeys(page: Page): Promise<void> {
  for (const passkey of await page.$$('>>> .passkeys summary')) await passkey.click();
}

async function askToReport(page: Page): Promise<void> {
  await click(page, '>>> [data-action=report]');
  await waitFor(page, '>>> dialog[open] #confirm');
}

async function askToTakeBack(page: Page): Promise<void> {
  await click(page, '>>> [data-action=takeBack]');
  await waitFor(page, '>>> dialog[open] #confirm');
}

async function askToReplace(page: Page): Promise<void> {
  await click(page, '>>> [data-action=replace]');
  await waitFor(page, '>>> dialog[open] #confirm');
}

async function askToRemovePasskey(page: Page): Promise<void> {
  await click(page, '>>> [data-action="remove-passkey"]');
  await waitFor(page, '>>> dialog[open] #confirm');
}

async function askToDeleteMobile(page: Page): Promise<void> {
  await click(page, '>>> [data-action=delete-mobile]');
  await waitFor(page, '>>> dialog[open] #confirm');
}

async function deleteMobile(page: Page): Promise<void> {
  await askToDeleteMobile(page);
  await click(page, '>>> dialog[open] #confirm');
  await waitFor(page, '>>> #outcome:not(.visually-hidden)');
}
