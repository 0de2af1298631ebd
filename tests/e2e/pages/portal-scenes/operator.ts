import type { OPERATOR_PAGES } from '../../../../portal/src/pages/operator/operator-pages.js';
import type { Page } from 'puppeteer-core';
import { click, fill, waitFor } from '../../../support/page-stage.js';
import {
  DIFFERING,
  BROKEN,
  LOST,
  OWN,
  PHONES,
  UNAPPROVED,
  WHOLE,
  device,
  manyDevices,
} from '../../../support/portal-devices.js';
import { PASSWORD, PROPOSAL, WIDENING } from '../../../support/portal-pages.js';
import { PHONE_PAGE, WORK_PAGE } from '../../../support/portal-timeline.js';
import type { LookedAt } from './looked-at.js';

/** The form for a fresh proof in an open dialog. */
const PROOF = '>>> dialog[open] portal-fresh-proof >>>';

/** A page has at least the scene of its own name: otherwise this does not compile. */
type PageName = (typeof OPERATOR_PAGES)[number]['name'];

const DEVICES = [...WHOLE, ...BROKEN, device('d9', 'terminated', { certificates: [] })];

const LEFT = { at: '2026-11-28T10:00:00.000Z', because: 'session-refused' };
const OF_A_LEAVER = { owner: { id: 'p1', username: 'ada', displayName: 'Ada Lovelace', left: LEFT } };
const LEAVERS = [
  device('v1', 'suspended', { ...OF_A_LEAVER, isForLeaving: true }),
  device('v2', 'active', OF_A_LEAVER),
  device('v3', 'terminated', { ...OF_A_LEAVER, isForLeaving: true, certificates: [] }),
];

/** Scenes of the operator's pages. */
/** A proposal that the reader cannot confirm, nor anybody else. */
const NOT_FOR_READER = {
  ...PROPOSAL,
  id: '7a0f3c5e-20f1-4d0e-8f6c-5b1f2f0d9c33',
  model: 'security-key',
  through: ['olga'],
  waitsFor: [],
};

export const OPERATOR_SCENES = {
  'operator-refused': {
    page: 'operator',
    role: 'operator',
    devices: DEVICES.slice(1, 2),
    fails: 'operator/devices/d2/activate',
    shows: '>>> tbody tr',
    act: async (page) => {
      await click(page, '>>> button[data-action=activate]');
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
      await fill(page, '>>> [name=owner]', 'a');
      await click(page, '>>> #search');
      await waitFor(page, '>>> .many');
    },
  },
  'operator-not-found': {
    page: 'operator',
    role: 'operator',
    devices: DEVICES,
    shows: '>>> tbody tr',
    act: async (page) => {
      await fill(page, '>>> [name=serial]', '999');
      await click(page, '>>> #search');
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
      await click(page, '>>> button[data-action=decline]');
      await click(page, '>>> dialog[open] #confirm');
      await waitFor(page, '>>> dialog[open] [role=alert]');
    },
  },
  'operator-terminate': {
    page: 'operator',
    role: 'operator',
    devices: DEVICES,
    shows: '>>> tbody tr',
    act: async (page) => {
      await click(page, '>>> button[data-action=terminate]');
      await click(page, '>>> dialog[open] #meant');
      await waitFor(page, '>>> dialog[open] #confirm:enabled');
    },
  },
  'operator-approval-german': {
    page: 'operator',
    role: 'operator',
    language: 'de',
    devices: [...WHOLE, ...UNAPPROVED, ...OWN],
    shows: '>>> #waiting',
  },
  'operator-policy-german': {
    page: 'operator',
    role: 'operator',
    language: 'de',
    shows: '>>> #tab-policy',
    act: async (page) => {
      await click(page, '>>> #tab-policy');
      await waitFor(page, '>>> form[aria-label]');
    },
  },
  'operator-device-german': {
    page: 'operator-device',
    address: '/operator/devices/d1',
    role: 'operator',
    language: 'de',
    shows: '>>> .failure',
  },
  'operator-person': {
    page: 'operator-person',
    address: '/operator/people/p1',
    role: 'operator',
    devices: [...DEVICES, device('n1', 'suspended', { said: LOST, name: 'Key on my key ring' })],
    shows: '>>> tbody tr',
  },
  'operator-person-german': {
    page: 'operator-person',
    address: '/operator/people/p1',
    role: 'operator',
    language: 'de',
    devices: [...DEVICES, device('n1', 'terminated', { said: LOST, name: 'W'.repeat(60) })],
    shows: '>>> tbody tr',
  },
  'operator-person-roles': {
    page: 'operator-person',
    address: '/operator/people/p1',
    role: 'operator',
    devices: DEVICES.slice(0, 1),
    shows: '>>> #save-roles',
  },
  'operator-person-roles-german': {
    page: 'operator-person',
    address: '/operator/people/p1',
    role: ['administrator'],
    language: 'de',
    isLastAdministrator: true,
    shows: '>>> #save-roles',
    act: async (page) => {
      await click(page, '>>> [name=role][value=administrator]');
      await click(page, '>>> #save-roles');
      await click(page, '>>> dialog[open] #agree');
      await fill(page, `${PROOF} #password`, PASSWORD);
      await click(page, `${PROOF} #prove`);
      await waitFor(page, '>>> portal-role-form >>> cardwright-error-pane');
    },
  },
  'operator-person-of-a-provider': {
    page: 'operator-person',
    address: '/operator/people/p1',
    role: 'operator',
    devices: LEAVERS,
    isBound: true,
    left: LEFT,
    shows: '>>> #left',
  },
  'operator-leavers': { page: 'operator', role: 'operator', devices: LEAVERS, shows: '>>> .badge.left' },
  'operator-leavers-german': {
    page: 'operator',
    role: 'operator',
    language: 'de',
    devices: LEAVERS,
    shows: '>>> .badge.left',
  },
  'operator-differences': {
    page: 'operator',
    role: 'operator',
    differing: DIFFERING,
    shows: '>>> #tab-differences',
    act: async (page) => {
      await click(page, '>>> #tab-differences');
      await waitFor(page, '>>> portal-differing-devices >>> .devices');
    },
  },
  'operator-differences-german': {
    page: 'operator',
    role: 'operator',
    language: 'de',
    differing: DIFFERING,
    shows: '>>> #tab-differences',
    act: async (page) => {
      await click(page, '>>> #tab-differences');
      await waitFor(page, '>>> portal-differing-devices >>> .devices');
    },
  },
  'operator-work': {
    page: 'operator-device',
    address: '/operator/devices/w',
    role: 'operator',
    devicePage: WORK_PAGE,
    shows: '>>> .work li',
  },
  'operator-ask': {
    page: 'operator-device',
    address: '/operator/devices/w',
    role: 'operator',
    devicePage: WORK_PAGE,
    shows: '>>> .work li',
    act: async (page) => {
      await click(page, '>>> [data-action=ask-change-pin]');
      await waitFor(page, '>>> dialog[open] #days');
    },
  },
  'operator-approve': {
    page: 'operator',
    role: 'operator',
    devices: UNAPPROVED,
    shows: '>>> #waiting',
    act: async (page) => {
      await click(page, '>>> button[data-action=approve]');
      await waitFor(page, '>>> dialog[open] #consequence');
    },
  },
  'operator-remove-root': {
    page: 'operator',
    role: 'operator',
    shows: '>>> #tab-policy',
    act: async (page) => {
      await click(page, '>>> #tab-policy');
      await click(page, '>>> [data-action=remove]');
      await waitFor(page, '>>> dialog[open] #text');
    },
  },
  'operator-unsaved': {
    page: 'operator',
    role: 'operator',
    shows: '>>> #tab-policy',
    act: async (page) => {
      await click(page, '>>> #tab-policy');
      await fill(page, '>>> [name=certificateDays]', '30');
      await click(page, '>>> #tab-audit');
      await waitFor(page, '>>> dialog[open] #text');
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
      await click(page, '>>> #tab-policy');
      await waitFor(page, '>>> form[aria-label]');
    },
  },
  'operator-policy-passkeys': {
    page: 'operator',
    role: 'operator',
    passkeyServices: ['login', 'gone'],
    shows: '>>> #tab-policy',
    act: async (page) => {
      await click(page, '>>> #tab-policy');
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
  'operator-policy-proof': {
    page: 'operator',
    role: 'operator',
    changes: WIDENING,
    shows: '>>> #tab-policy',
    act: async (page) => {
      await askForTrust(page);
      await click(page, '>>> dialog[open] #agree');
      await waitFor(page, `${PROOF} #password`);
    },
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
    proposals: [
      PROPOSAL,
      { ...PROPOSAL, id: '3f0e1bb2-6f0a-4a43-8d0f-0d3a1a0d9a10', model: 'piv', isOwn: true },
      NOT_FOR_READER,
    ],
    shows: '>>> #tab-policy',
    act: async (page) => {
      await click(page, '>>> #tab-policy');
      await waitFor(page, '>>> [data-action=confirm]');
    },
  },
  'operator-certificates': {
    page: 'operator',
    role: 'operator',
    shows: '>>> #tab-policy',
    act: async (page) => {
      await click(page, '>>> #tab-policy');
      await waitFor(page, '>>> #present');
      await fill(page, '>>> textarea', '-----BEGIN CERTIFICATE-----');
      await click(page, '>>> #import');
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
      await click(page, '>>> [aria-expanded=false]');
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
  'operator-accounts': {
    page: 'operator',
    role: 'operator',
    shows: '>>> #tab-accounts',
    act: async (page) => {
      await click(page, '>>> #tab-accounts');
      await click(page, '>>> [data-change=reset]');
      await click(page, '>>> dialog[open] #agree');
      await fill(page, `${PROOF} #password`, 'ada-password');
      await click(page, `${PROOF} #prove`);
      await waitFor(page, '>>> #link');
    },
  },
  'operator-expiry': {
    page: 'operator',
    role: 'operator',
    shows: '>>> #tab-expiry',
    act: async (page) => {
      await click(page, '>>> #tab-expiry');
      await waitFor(page, '>>> tbody tr');
    },
  },
  'operator-audit': {
    page: 'operator',
    role: 'operator',
    shows: '>>> #tab-audit',
    act: async (page) => {
      await click(page, '>>> #tab-audit');
      await waitFor(page, '>>> tbody tr');
    },
  },
} as const satisfies Readonly<Record<string, LookedAt> & Record<`operator-${PageName}`, LookedAt>>;

async function askForTrust(page: Page): Promise<void> {
  await click(page, '>>> #tab-policy');
  await waitFor(page, '>>> form[aria-label] button.primary');
  await click(page, '>>> form[aria-label] button.primary');
  await waitFor(page, '>>> dialog[open] #agree');
}
