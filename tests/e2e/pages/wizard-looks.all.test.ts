import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@cardwright/stage';
import { CardwrightError, type DeviceInfo } from '@cardwright/protocol';
import type { Page } from 'puppeteer-core';
import { blankPivCard, blankSecurityKey, blankYubikey, freshFido } from '../../support/device-facts.js';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { openPageBrowser, waitFor, type Look, type PageServer, type PageBrowser } from '../../support/page-stage.js';
import { ScriptedCms } from '../../support/scripted-cms.js';
import { FIDO_PIN_STAGE, FIDO_RESET_STAGE, passkeyStage } from '../../support/scripted-stages.js';
import type { Script } from '../../support/wizard-page/scripted-extension.js';
import { openWizardPage, serveWizard, type DialogName } from '../../support/wizard-stage.js';
import { everyOrSome } from '../../support/thorough.js';

const SCREENSHOTS = new URL('../../screenshots/wizard/', import.meta.url).pathname;

const yubikey = blankYubikey('11223344');
const dual = blankYubikey('33445566', { applications: ['piv', 'fido2'], fido2: freshFido() });
const used = blankYubikey('55667788');
const blocked = blankYubikey('66778899', { pin: { retriesLeft: 0, blocked: true, isDefault: false } });
const left = blankPivCard('Generic Smart Card Reader [CCID Interface] (left) 00 00');
const right = blankPivCard('Generic Smart Card Reader [CCID Interface] (right) 01 00');

interface Scene {
  /** Default: the wizard that issues devices. */
  readonly dialog?: DialogName;
  readonly script?: Partial<Script>;
  readonly cms?: (cms: ScriptedCms) => void;
  /** Whether the page has a form by which its user proves who they are. */
  readonly hasProofForm?: boolean;
  /** What shows that the pane is there. */
  readonly pane: string;
  readonly act?: (page: Page) => Promise<void>;
}

const failAt = (error: CardwrightError): Scene => ({
  script: { devices: [yubikey] },
  cms: (cms) => {
    cms.failure = { phase: 'keys', error: error.toWire() };
  },
  pane: '>>> cardwright-error-pane',
});
const refuseToConnect = (error: CardwrightError): Scene => ({
  script: { initializeError: error.toWire() },
  pane: '>>> cardwright-error-pane',
});

const PUK_SPENT =
  'This device can’t get a new PIN any more: too many wrong PUKs were given to it. It can only be erased and issued again.';
const PROOF_WANTED = new CardwrightError('LOGIN_REQUIRED', { fresh: true });
const LOSS = 'It was used before. Erasing removes its certificates (in 4 slots), its keys and its PIN for good.';
/** A device that must be erased is selected and, where asked for, continued with. */
const erase = (held: string, isGoneOnWith: boolean): Scene => ({
  script: { devices: [used], held: [held] },
  cms: (cms) => void cms.verdicts.set(used.id, { action: 'erase', reason: LOSS }),
  pane: '>>> input[type=radio]',
  act: async (page) => {
    await page.locator('>>> input[type=radio]').click();
    if (isGoneOnWith) await page.locator('>>> #next').click();
    await waitFor(
      page,
      isGoneOnWith ? '>>> cardwright-dialog:is([data-pane=erase], [data-pane=progress]) .centred' : '>>> .notice',
    );
  },
});
/** The question whether to stop, in a phase. */
const stop = (phase: string): Scene => ({
  script: { devices: [yubikey], held: [phase] },
  pane: phase === 'pin' ? '>>> #show-window' : '>>> rect[width="33"]',
  act: async (page) => {
    await page.locator('>>> #cancel').click();
    await waitFor(page, '>>> #stop');
  },
});
/** What the wizard shows where it waits for a device that was pulled. */
const pulled = (now: readonly DeviceInfo[], pane: string): Scene => ({
  script: { devices: [yubikey], pulledAt: 'keys' },
  pane: '>>> cardwright-error-pane',
  act: async (page) => {
    await page.evaluate((devices) => window.extension.setDevices(devices), [...now]);
    await page.locator('>>> #retry').click();
    await waitFor(page, pane);
  },
});
/** The CMS asks some times for a fresh proof of who its user is. */
const proving = (hasForm: boolean, times: number): Scene => ({
  dialog: 'cardwright-change-pin',
  script: { devices: [yubikey] },
  hasProofForm: hasForm,
  cms: (cms) => cms.goAway('operations', ...Array.from({ length: times }, () => PROOF_WANTED)),
  pane: '>>> cardwright-dialog[data-pane=prove] #cancel',
});
const awayWith = (code: 'CMS_UNREACHABLE' | 'CA_UNAVAILABLE'): Scene => ({
  script: { devices: [yubikey] },
  cms: (cms) => cms.goAway('results', ...Array.from({ length: 9 }, () => new CardwrightError(code))),
  pane: '>>> .bar',
  // From the second try on, the wizard says why it waits.
  act: async () => {
    const tries = (): number => cms.calls.filter((call) => call.endsWith('/results')).length;
    await until(() => tries() >= 2, { what: 'a second try' });
  },
});

/** What the user does for a passkey, on a device with a FIDO application. */
const passkey = (held: string, pane: string, ...stages: ScriptedCms['passkeyStages']): Scene => ({
  script: { devices: [dual], held: [held] },
  cms: (cms) => {
    cms.passkeyStages = stages;
  },
  pane: `>>> cardwright-dialog[data-pane=passkey-${pane}] .illustration`,
});

/** Every pane that a user can see, and how it comes about. */
const SCENES: Readonly<Record<string, Scene>> = {
  'check-asking': { script: { consent: 'needed', consentAnswer: null }, pane: '>>> .asking' },
  'check-allow': { script: { consent: 'needed', consentAnswer: 'needed' }, pane: '>>> #allow' },
  'error-extension-missing': { script: { isInstalled: false }, pane: '>>> cardwright-error-pane' },
  refused: { script: { consent: 'denied' }, pane: '>>> cardwright-error-pane' },
  'refused-still': {
    script: { consent: 'denied' },
    pane: '>>> #retry',
    act: async (page) => {
      await page.locator('>>> #retry').click();
      await waitFor(page, '>>> .notice');
    },
  },
  'error-site-blocked': { script: { consent: 'blocked' }, pane: '>>> cardwright-error-pane' },
  'error-host-missing': refuseToConnect(new CardwrightError('HOST_MISSING')),
  'error-host-forbidden': refuseToConnect(new CardwrightError('HOST_FORBIDDEN')),
  'error-host-crashed': refuseToConnect(new CardwrightError('HOST_CRASHED')),
  'error-permission': {
    script: { granted: ['read'], grantable: ['read'] },
    pane: '>>> cardwright-error-pane',
  },
  'error-service': {
    script: { listError: new CardwrightError('PCSC_UNAVAILABLE').toWire() },
    pane: '>>> cardwright-error-pane',
  },
  'no-reader': { script: { emptyReaders: [] }, pane: '>>> cardwright-error-pane' },
  'error-version': refuseToConnect(new CardwrightError('VERSION_MISMATCH', { update: 'extension' })),
  'device-none': { script: { devices: [] }, pane: '>>> .illustration' },
  'device-refused': {
    script: { devices: [used] },
    cms: (cms) => cms.refused.set(used.id, 'This device is already issued to you.'),
    pane: '>>> .refused',
  },
  'device-one-busy': { script: { devices: [yubikey], isDeviceBusy: true }, pane: '>>> .bar' },
  'device-several': {
    script: { devices: [left, right, used] },
    cms: (cms) => cms.refused.set(used.id, 'This device is already issued to you.'),
    pane: '>>> #next',
    act: async (page) => page.locator('>>> input[type=radio]').click(),
  },
  issuing: { script: { devices: [yubikey], held: ['keys'] }, pane: '>>> rect[width="33"]' },
  'issuing-stalled': {
    script: { devices: [yubikey], held: ['keys'] },
    pane: '>>> rect[width="33"]',
    act: async (page) => {
      // A minute later.
      await page.evaluate(() => {
        const now = performance.now.bind(performance);
        Object.assign(performance, { now: () => now() + 60_000 });
      });
      await waitFor(page, '>>> cardwright-stall-clock >>> p:not(:empty)');
    },
  },
  'fido-pin': passkey('fido.setPin user', 'choose-fido-pin', FIDO_PIN_STAGE),
  'fido-pin-known': passkey('fido.createCredential user', 'enter-fido-pin', passkeyStage('host', 'separate')),
  'fido-reset': passkey('fido.reset user', 'reset-fido', FIDO_RESET_STAGE),
  'fido-reinsert': passkey('fido.reset reinsert', 'reinsert', FIDO_RESET_STAGE),
  'passkey-touch': passkey('fido.createCredential touch', 'touch', passkeyStage('host', 'separate')),
  'passkey-browser': passkey('fido.createCredential user', 'browser', passkeyStage('window', 'separate')),
  'passkey-temporary-pin': passkey('fido.createCredential user', 'temporary-pin', passkeyStage('window', 'shared')),
  'passkey-being-made': {
    ...passkey('fido.createCredential answered', 'being-made', passkeyStage('host', 'separate')),
    pane: '>>> rect[width="80"]',
  },
  'pin-window-after-passkey': {
    ...passkey('pin', 'pin', passkeyStage('host', 'separate')),
    pane: '>>> #show-window',
  },
  'passkey-ready': {
    ...passkey('', 'ready', passkeyStage('host', 'separate')),
    pane: '>>> cardwright-dialog[data-pane=ready] #done',
  },
  'error-passkey': {
    script: { devices: [dual], fidoErrors: { 'fido.createCredential': new CardwrightError('TOUCH_TIMEOUT').toWire() } },
    cms: (cms) => {
      cms.passkeyStages = [passkeyStage('host', 'separate')];
    },
    pane: '>>> cardwright-error-pane',
  },
  'key-ready': {
    script: { devices: [blankSecurityKey('Security Key')] },
    cms: (cms) => {
      cms.hasPasskeysAlone = true;
      cms.passkeyStages = [passkeyStage('window', 'separate')];
    },
    pane: '>>> cardwright-dialog[data-pane=ready] #done',
  },
  'pin-window': { script: { devices: [yubikey], held: ['pin'] }, pane: '>>> #show-window' },
  'pin-window-lost': {
    script: { devices: [yubikey], held: ['pin'], letsShowWindow: false },
    pane: '>>> #show-window',
    act: async (page) => {
      await page.locator('>>> #show-window').click();
      await waitFor(page, '>>> .notice');
    },
  },
  ready: { script: { devices: [yubikey] }, pane: '>>> cardwright-dialog[data-pane=ready] #done' },
  'pin-pending': {
    script: { devices: [yubikey], pinError: new CardwrightError('USER_CANCELLED').toWire() },
    cms: (cms) => {
      cms.givesPinUp = true;
    },
    pane: '>>> .badge.warn',
  },
  'pin-pending-retry': {
    script: { devices: [yubikey], pinError: new CardwrightError('USER_CANCELLED').toWire() },
    pane: '>>> #retry',
  },
  'awaiting-approval': {
    script: { devices: [yubikey] },
    cms: (cms) => {
      cms.finalState = 'awaiting-approval';
    },
    pane: '>>> cardwright-dialog[data-pane=awaiting-approval] .badge.warn',
  },
  'device-continue': {
    script: { devices: [yubikey, used] },
    cms: (cms) => void cms.verdicts.set(used.id, { action: 'continue', reason: 'Setup was interrupted.' }),
    pane: '>>> .action',
  },
  'device-wanted': pulled([], '>>> .wanted'),
  'device-wanted-missing': pulled([used], '>>> .notice'),
  'erase-chosen': erase('authenticate', false),
  'erase-window': erase('authenticate', true),
  erasing: erase('reset answered', true),
  activating: {
    script: { devices: [yubikey], held: ['pin answered'] },
    pane: '>>> cardwright-dialog[data-pane=pin] .spinner.large',
  },
  stop: stop('keys'),
  'stop-at-pin': stop('pin'),
  'portal-away': awayWith('CMS_UNREACHABLE'),
  'authority-away': awayWith('CA_UNAVAILABLE'),
  'error-busy': {
    script: { devices: [yubikey], openError: new CardwrightError('DEVICE_BUSY').toWire() },
    pane: '>>> cardwright-error-pane',
  },
  'error-mute': failAt(new CardwrightError('CARD_MUTE')),
  'error-moved': failAt(new CardwrightError('OPERATION_MOVED')),
  'error-refused': failAt(new CardwrightError('CA_REFUSED', { reason: 'The profile does not allow this subject.' })),
  'error-operation': failAt(new CardwrightError('OPERATION_FAILED', { reason: 'The key in slot 9D was not proved.' })),
  'error-approval-needed': failAt(new CardwrightError('APPROVAL_NEEDED')),
  'error-card-removed': failAt(new CardwrightError('CARD_REMOVED')),
  'change-pin-window': {
    dialog: 'cardwright-change-pin',
    script: { devices: [yubikey], held: ['pin'] },
    pane: '>>> #show-window',
  },
  'change-pin-refused': {
    dialog: 'cardwright-change-pin',
    script: { devices: [used] },
    cms: (cms) => cms.refused.set(used.id, 'This device belongs to someone else.'),
    pane: '>>> .refused',
  },
  'change-pin-wrong': {
    dialog: 'cardwright-change-pin',
    script: { devices: [yubikey], pinError: new CardwrightError('PIN_INCORRECT', { retriesLeft: 1 }).toWire() },
    pane: '>>> cardwright-error-pane',
  },
  'change-pin-blocked': {
    dialog: 'cardwright-change-pin',
    script: { devices: [yubikey], pinError: new CardwrightError('PIN_BLOCKED').toWire() },
    pane: '>>> #unlock',
  },
  'change-pin-refused-blocked': {
    dialog: 'cardwright-change-pin',
    script: { devices: [blocked] },
    cms: (cms) => cms.refused.set(blocked.id, 'The PIN of this device is blocked.'),
    pane: '>>> #unlock',
  },
  'unlock-window': {
    dialog: 'cardwright-unlock',
    script: { devices: [blocked], held: ['pin'] },
    pane: '>>> #show-window',
  },
  'unlock-securing': {
    dialog: 'cardwright-unlock',
    script: { devices: [blocked], held: ['secure'] },
    pane: '>>> cardwright-dialog[data-pane=progress]',
  },
  'unlock-refused': {
    dialog: 'cardwright-unlock',
    script: { devices: [used] },
    cms: (cms) => cms.refused.set(used.id, PUK_SPENT),
    pane: '>>> .refused',
  },
  'unlock-ready': {
    dialog: 'cardwright-unlock',
    script: { devices: [blocked] },
    pane: '>>> cardwright-dialog[data-pane=ready] #done',
  },
  prove: proving(true, 1),
  'prove-again': {
    ...proving(true, 2),
    act: async (page) => {
      await page.keyboard.type('right');
      await page.keyboard.press('Enter');
      await waitFor(page, '>>> .notice');
    },
  },
  'prove-without-form': proving(false, 1),
  'change-pin-ready': {
    dialog: 'cardwright-change-pin',
    script: { devices: [yubikey] },
    pane: '>>> cardwright-dialog[data-pane=ready] #done',
  },
};

const LOOKS: readonly (Look & { readonly lang: string })[] = [
  { lang: 'en', scheme: 'light', width: 1000 },
  { lang: 'de', scheme: 'dark', width: 1000 },
  { lang: 'de', scheme: 'light', width: 360, height: 720 },
  { lang: 'en', scheme: 'dark', width: 360, height: 720 },
  { lang: 'de', scheme: 'light', width: 1000, height: 1000, text: 200 },
];

let browser: PageBrowser;
let server: PageServer;
let cms = new ScriptedCms();

beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  [browser, server] = await Promise.all([openPageBrowser(), serveWizard(() => cms)]);
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

/** `npm test` shows each scene in one look, and each look in some scenes. */
const scenesIn = (look: Look) =>
  everyOrSome(Object.entries(SCENES), (_, index) => LOOKS[index % LOOKS.length] === look);

describe.each(LOOKS)('the wizard in $lang, $scheme, $width px wide, with text of $text %', (look) => {
  it.each(scenesIn(look))(
    'shows %s without a fault that axe finds, and without scrolling sideways',
    async (name, scene) => {
      cms = new ScriptedCms();
      scene.cms?.(cms);
      const page = await openWizardPage(browser, server, scene.script ?? {}, look, scene.dialog);
      if (scene.hasProofForm) await page.evaluate(() => window.offerProof());
      await page.click('#add');
      await waitFor(page, scene.pane);
      await scene.act?.(page);
      await page.screenshot({
        path: `${SCREENSHOTS}${name}-${look.lang}-${look.scheme ?? ''}-${look.width ?? 0}-${look.text ?? 100}.png`,
      });
      expect(await findAccessibilityFaults(page)).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBe(0);
      await page.close();
    },
  );
});
