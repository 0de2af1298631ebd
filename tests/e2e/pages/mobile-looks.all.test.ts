import { mkdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { blankPivCard, blankYubikey } from '../../support/device-facts.js';
import { openPageBrowser, waitFor, type Look, type PageServer, type PageBrowser } from '../../support/page-stage.js';
import { PROOF_STAGES } from '../../support/proof-stages.js';
import { LINK, ScriptedMobileCms, inSeconds } from '../../support/scripted-mobile-cms.js';
import { everyOrSome } from '../../support/thorough.js';
import type { Script } from '../../support/wizard-page/scripted-extension.js';
import { serveWizard } from '../../support/wizard-stage.js';
import { WizardUser } from '../../support/wizard-user.js';

const SCREENSHOTS = new URL('../../screenshots/mobile/', import.meta.url).pathname;

const yubikey = blankYubikey('11223344');
const card = blankPivCard('Generic Smart Card Reader [CCID Interface] (left) 00 00');

interface Scene {
  readonly cms?: (cms: ScriptedMobileCms) => void;
  readonly script?: Partial<Script>;
  /** Advances to the pane, and photographs the panes that it passes. */
  readonly act: (
    user: WizardUser,
    cms: ScriptedMobileCms,
    photograph: (name: string) => Promise<void>,
  ) => Promise<void>;
}

const proveBy = (
  script: Partial<Script>,
  pane: string,
  cms: (cms: ScriptedMobileCms) => void = () => undefined,
): Scene => ({
  cms: (mobile) => {
    mobile.offer = { proof: 'card', verified: true };
    mobile.hasPasskeysAlone = true;
    mobile.passkeyStages = PROOF_STAGES;
    cms(mobile);
  },
  script,
  act: (user) => user.sees(pane),
});

const failWith = (
  error: CardwrightError,
  what: 'downloaded-profile' | 'identified-itself' | 'asked-again' | 'opened-link',
): Scene => ({
  act: async (user, cms) => {
    await user.sees('code');
    cms.fail(error, what);
    await user.sees('error');
  },
});

const SCENES: Readonly<Record<string, Scene>> = {
  'straight-through': {
    cms: (cms) => {
      cms.offer = { proof: 'none', verified: false };
    },
    act: async (user, cms, photograph) => {
      await user.sees('code');
      await photograph('code');
      cms.see('opened');
      await waitFor(user.page, '>>> .notice');
      await photograph('opened');
      cms.see('downloaded', { expiresAt: inSeconds(59) });
      await user.sees('install');
      await photograph('install');
      cms.see('to-confirm', { expiresAt: inSeconds(299) });
      await user.sees('confirm');
      await photograph('confirm');
      await user.click('#confirm');
      await user.sees('certificates');
      cms.see('issued', { certificates: { ordered: 3, issued: 1 } });
      await waitFor(user.page, '>>> rect[width="33"]');
      await photograph('certificates');
      cms.see('installed', { certificates: { ordered: 3, issued: 3 }, expiresAt: null });
      await user.sees('installed');
    },
  },
  'done-too-early': {
    act: async (user, cms, photograph) => {
      await user.sees('code');
      await user.click('#done');
      await user.sees('missing');
      await photograph('missing-all');
      await user.click('#keep-going');
      cms.see('downloaded');
      await user.sees('install');
      await user.press('Escape');
      await user.sees('stop');
      await photograph('stop');
      await user.press('Escape');
      await user.click('#done');
      await user.sees('missing');
    },
  },
  password: {
    cms: (cms) => {
      cms.offer = { proof: 'password', verified: true };
    },
    act: async (user, _cms, photograph) => {
      await user.sees('password');
      await photograph('password');
      await user.page.keyboard.type('wrong');
      await user.press('Enter');
      await waitFor(user.page, '>>> .refusal:not(:empty)');
      await waitFor(user.page, '>>> #next:enabled');
    },
  },
  'proof-connect': proveBy({}, 'connect'),
  'proof-refused': proveBy({ devices: [yubikey] }, 'connect', (cms) =>
    cms.goAway('operations', new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason: 'This device is not active.' })),
  ),
  'proof-choose': proveBy({ devices: [yubikey, card] }, 'choose'),
  'proof-pin': proveBy({ devices: [yubikey], held: ['pin'] }, 'prove-pin'),
  'proof-busy': proveBy({ devices: [yubikey], isDeviceBusy: true }, 'prove-wait'),
  expired: {
    act: async (user, cms) => {
      await user.sees('code');
      cms.fail(new CardwrightError('LINK_EXPIRED'));
      await user.sees('expired');
    },
  },
  rejected: {
    act: async (user, cms) => {
      await user.sees('code');
      cms.see('to-confirm');
      await user.click('#reject');
      await user.sees('rejected');
    },
  },
  cancelled: {
    act: async (user, cms) => {
      await user.sees('code');
      cms.see('cancelled', { expiresAt: null });
      await user.sees('cancelled');
    },
  },
  'error-silent': failWith(new CardwrightError('PHONE_SILENT'), 'downloaded-profile'),
  'error-unsupported': failWith(
    new CardwrightError('PHONE_UNSUPPORTED', { product: 'iPhone12,1', version: '21F79' }),
    'identified-itself',
  ),
  'error-refused': failWith(new CardwrightError('PHONE_REFUSED', { reason: 'The key has 1024 bits.' }), 'asked-again'),
  'error-forbidden': {
    cms: (cms) => {
      cms.outage = new CardwrightError('MOBILE_FORBIDDEN');
    },
    act: (user) => user.sees('error'),
  },
  'portal-away': {
    act: async (user, cms) => {
      await user.sees('code');
      cms.see('downloaded');
      await user.sees('install');
      cms.outage = new CardwrightError('CMS_UNREACHABLE');
      cms.breakOff();
      await waitFor(user.page, '>>> .away');
    },
  },
  'confirm-lost': {
    act: async (user, cms) => {
      await user.sees('code');
      cms.see('to-confirm');
      await user.sees('confirm');
      cms.outage = new CardwrightError('CMS_UNREACHABLE');
      await user.click('#confirm');
      await waitFor(user.page, '>>> [role=alert] .notice');
    },
  },
};

const LOOKS: readonly (Look & { readonly lang: string })[] = [
  { lang: 'en', scheme: 'light', width: 1000 },
  { lang: 'de', scheme: 'dark', width: 1000 },
  { lang: 'de', scheme: 'light', width: 360, height: 720 },
  { lang: 'en', scheme: 'dark', width: 360, height: 720 },
];

let browser: PageBrowser;
let server: PageServer;
let cms = new ScriptedMobileCms();

beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  [browser, server] = await Promise.all([openPageBrowser(), serveWizard(() => cms)]);
});

afterAll(async () => {
  await browser.close();
  await server.stop();
});

/** Reads the code, as a camera in front of the screen does. */
function readCode(path: string): string | undefined {
  const { data, width, height } = PNG.sync.read(readFileSync(path));
  return jsQR.default(new Uint8ClampedArray(data), width, height)?.data;
}

/** `npm test` shows each scene in one look, and each look in some scenes; the straight one leads through most panes. */
const scenesIn = (look: Look) =>
  everyOrSome(Object.entries(SCENES), (_, index) => LOOKS[(index + 1) % LOOKS.length] === look);

describe.each(LOOKS)('adding a mobile device in $lang, $scheme, $width px wide', (look) => {
  it.each(scenesIn(look))('shows %s without an axe finding, and without scrolling sideways', async (name, scene) => {
    cms = new ScriptedMobileCms();
    scene.cms?.(cms);
    const user = await WizardUser.arrive(browser, server, scene.script, look, 'cardwright-add-mobile');
    const photograph = async (pane: string): Promise<void> => {
      const path = `${SCREENSHOTS}${pane}-${look.lang}-${look.scheme ?? ''}-${look.width ?? 0}.png`;
      await user.page.screenshot({ path });
      expect(await findAccessibilityFaults(user.page)).toEqual([]);
      const overflow = await user.page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBe(0);
      if (pane === 'code') expect(readCode(path)).toBe(LINK);
    };
    await user.page.click('#add');
    await scene.act(user, cms, photograph);
    await photograph(name);
    await user.leave();
  });
});
