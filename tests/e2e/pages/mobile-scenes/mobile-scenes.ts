import { CardwrightError } from '@cardwright/protocol';
import { blankPivCard, blankYubikey } from '../../../support/device-facts.js';
import { PROOF_STAGES } from '../../../support/proof-stages.js';
import { inSeconds, type ScriptedMobileCms } from '../../../support/scripted-mobile-cms.js';
import { waitFor } from '../../../support/wait-for.js';
import type { Script } from '../../../support/wizard-page/scripted-extension.js';
import type { ScenePage } from '../scenes/scene.js';

const yubikey = blankYubikey('11223344');
const card = blankPivCard('Generic Smart Card Reader [CCID Interface] (left) 00 00');

/** Someone who is led through the dialog: a driver's user in the look tests, and the page itself in the gallery. */
export interface MobileUser {
  readonly page: ScenePage;
  /** Waits until the dialog shows a pane. */
  sees(pane: string): Promise<void>;
  click(selector: string): Promise<void>;
  press(key: 'Enter' | 'Escape'): Promise<void>;
}

/** The way to a pane of the dialog for mobile devices. */
export interface MobileScene {
  readonly cms?: (cms: ScriptedMobileCms) => void;
  readonly script?: Partial<Script>;
  /** The names of the moments before its end that are looked at, too. */
  readonly passes?: readonly string[];
  /** Advances to the pane, and photographs what it passes. */
  readonly act: (
    user: MobileUser,
    cms: ScriptedMobileCms,
    photograph: (name: string) => Promise<void>,
  ) => Promise<void>;
}

const proveBy = (
  script: Partial<Script>,
  pane: string,
  cms: (cms: ScriptedMobileCms) => void = () => undefined,
): MobileScene => ({
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
): MobileScene => ({
  act: async (user, cms) => {
    await user.sees('code');
    cms.fail(error, what);
    await user.sees('error');
  },
});

/** The scenes of the dialog for mobile devices, by name. */
export const MOBILE_SCENES: Readonly<Record<string, MobileScene>> = {
  'straight-through': {
    passes: ['code', 'opened', 'install', 'confirm', 'certificates', 'sent'],
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
      cms.see('sent', { certificates: { ordered: 3, issued: 3 }, expiresAt: null });
      await user.sees('sent');
      await photograph('sent');
      cms.see('installed');
      await user.sees('installed');
    },
  },
  'done-too-early': {
    passes: ['missing-all', 'stop'],
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
  'password-incorrect': {
    passes: ['password'],
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
