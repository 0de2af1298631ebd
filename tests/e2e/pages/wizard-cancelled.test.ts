import { describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import type { Pane, ReachingPane } from '../../../sdk/src/elements/panes.js';
import { clickInOneTask } from '../../support/click-in-one-task.js';
import { blankYubikey, freshFido } from '../../support/device-facts.js';
import { OPERATION_ELEMENTS, TESTED_KINDS, type TestedKind } from '../../support/operation-elements.js';
import type { ScriptedCms } from '../../support/scripted-cms.js';
import { FIDO_PIN_STAGE, FIDO_RESET_STAGE, passkeyStage, type Stage } from '../../support/scripted-stages.js';
import { everyOrSome } from '../../support/thorough.js';
import type { Script } from '../../support/wizard-page/scripted-extension.js';
import { WizardScene } from '../../support/wizard-scene.js';
import type { WizardUser } from '../../support/wizard-user.js';

type PaneName = Pane['name'];

/** A moment in which the user presses Escape. */
interface Moment {
  readonly script: Partial<Script>;
  readonly cms?: (cms: ScriptedCms) => void;
  /** Advances to the pane, or waits until nothing more is said in it, where seeing the pane is not enough. */
  readonly act?: (user: WizardUser) => Promise<void>;
  /** Key of the pane, if it differs from its name. */
  readonly key?: string;
  /** Words in the pane at this moment. */
  readonly words?: string;
  /** The reaction of the wizard. */
  readonly then: 'closes' | 'asks' | 'continues';
  /** The requests to the CMS: none about an operation, its cancellation, or nothing more, so that the operation stays as it is. */
  readonly cmsHears: 'of no operation' | 'cancel' | 'nothing more';
}

const mine = blankYubikey('11223344', { applications: ['piv', 'fido2'], fido2: freshFido() });
const another = blankYubikey('55667788');

const unstarted = (script: Partial<Script>, more: Partial<Moment> = {}): Moment => ({
  script,
  then: 'closes',
  cmsHears: 'of no operation',
  ...more,
});
/** The step of a phase runs, and cancelling is harmless. */
const harmless = (held: string, words: string): Moment => ({
  script: { devices: [mine], held: [held] },
  words,
  then: 'closes',
  cmsHears: 'cancel',
});
/** The step runs, and the device can't be used until the operation is finished. */
const halfDone = (held: string, words: string): Moment => ({ ...harmless(held, words), then: 'asks' });
/** The user acts for a passkey. */
const passkey = (held: string, task: string, stage: Stage): Moment => ({
  script: { devices: [mine], held: [held] },
  cms: (cms) => {
    cms.passkeyStages = [stage];
  },
  key: `passkey-${task}`,
  then: 'asks',
  cmsHears: 'cancel',
});
/** The operation is interrupted or over, so that there is nothing to cancel. */
const atRest = (script: Partial<Script>, more: Partial<Moment> = {}): Moment => ({
  script: { devices: [mine], ...script },
  then: 'closes',
  cmsHears: 'nothing more',
  ...more,
});
/** The question whether to stop in a phase: Escape withdraws it. */
const asked = (held: string): Moment => ({
  script: { devices: [mine], held: [held] },
  act: async (user) => {
    await user.isHeld();
    await user.click('#cancel');
  },
  then: 'continues',
  cmsHears: 'nothing more',
});

/** Panes in which every operation is cancelled the same way. */
const ALIKE = {
  // The pane is there before the first request.
  check: [unstarted({ consent: 'needed', consentAnswer: null }, { act: (user) => user.isHeld() })],
  allow: [unstarted({ consent: 'needed', consentAnswer: 'needed' })],
  refused: [unstarted({ consent: 'denied' })],
  'no-reader': [unstarted({ emptyReaders: [] })],
  search: [
    unstarted(
      { devices: [mine] },
      {
        cms: (cms) => {
          cms.isThinking = true;
        },
        // The pane is there before the devices are listed.
        act: () => scene.cms.receives('devices/eligibility', 1),
      },
    ),
  ],
  connect: [unstarted({ devices: [] })],
  choose: [unstarted({ devices: [mine, another] })],
  prove: [
    unstarted(
      { devices: [mine] },
      {
        cms: (cms) => {
          cms.wantsProof = true;
        },
      },
    ),
  ],
  code: [
    unstarted(
      { devices: [mine] },
      {
        cms: (cms) => {
          cms.code = '40718293';
        },
      },
    ),
  ],
  ready: [atRest({})],
} satisfies Partial<Record<PaneName, readonly Moment[]>> & Record<ReachingPane['name'], readonly Moment[]>;
const BUSY = unstarted({ devices: [mine], isDeviceBusy: true }, { words: 'Another program is using this device.' });
const NOT_OPENED = unstarted(
  { devices: [mine], openError: new CardwrightError('DEVICE_BUSY').toWire() },
  { words: 'DEVICE_BUSY' },
);
/** The device was pulled in a phase. */
const pulled = (phase: string): Moment => atRest({ pulledAt: phase }, { words: 'CARD_REMOVED' });

/** The moments of each operation in each pane: none if it does not show the pane. A missing operation or pane does not compile. */
const MOMENTS: Readonly<Record<TestedKind, Readonly<Record<PaneName, readonly Moment[]>>>> = {
  issue: {
    ...ALIKE,
    progress: [
      BUSY,
      harmless('authenticate', 'Unlocking your device'),
      harmless('personalize', 'Preparing your device for you'),
      halfDone('keys', 'Creating keys'),
      halfDone('certificates', 'Writing your certificates'),
    ],
    erase: [
      {
        ...harmless('authenticate', 'Confirm in the Cardwright window'),
        cms: (cms) => void cms.verdicts.set(mine.id, { action: 'erase', reason: 'It was used before.' }),
        act: async (user) => {
          await user.select('11223344');
          await user.click('#next');
        },
      },
    ],
    passkey: [
      passkey('fido.setPin user', 'choose-fido-pin', FIDO_PIN_STAGE),
      passkey('fido.reset user', 'reset-fido', FIDO_RESET_STAGE),
      passkey('fido.reset reinsert', 'reinsert', FIDO_RESET_STAGE),
      passkey('fido.createCredential touch', 'touch', passkeyStage('host', 'separate')),
      passkey('fido.createCredential user', 'enter-fido-pin', passkeyStage('host', 'separate')),
      passkey('fido.createCredential user', 'browser', passkeyStage('window', 'separate')),
      passkey('fido.createCredential user', 'temporary-pin', passkeyStage('page', 'shared')),
    ],
    pin: [halfDone('pin', 'Enter your new PIN')],
    pending: [atRest({ pinError: new CardwrightError('USER_CANCELLED').toWire() })],
    'awaiting-approval': [
      atRest(
        {},
        {
          cms: (cms) => {
            cms.finalState = 'awaiting-approval';
          },
        },
      ),
    ],
    error: [NOT_OPENED, pulled('keys')],
    stop: [asked('keys')],
  },
  'change-pin': {
    ...ALIKE,
    progress: [BUSY],
    erase: [],
    passkey: [],
    pin: [harmless('pin', 'Enter your PIN and a new one')],
    pending: [],
    'awaiting-approval': [],
    error: [NOT_OPENED, pulled('pin')],
    stop: [],
  },
  unlock: {
    ...ALIKE,
    progress: [BUSY, harmless('device-proof', 'Checking your device'), harmless('secure', 'Securing your device')],
    erase: [],
    passkey: [],
    pin: [harmless('pin', 'Enter your new PIN')],
    pending: [],
    'awaiting-approval': [],
    error: [NOT_OPENED, pulled('secure')],
    stop: [],
  },
  erase: {
    ...ALIKE,
    progress: [
      BUSY,
      harmless('device-proof', 'Checking your device'),
      halfDone('erase', 'Erasing your device'),
      halfDone('read-back', 'Checking that everything is gone'),
    ],
    erase: [harmless('confirm', 'Confirm in the Cardwright window')],
    passkey: [],
    pin: [],
    pending: [],
    'awaiting-approval': [],
    error: [NOT_OPENED, pulled('erase')],
    stop: [asked('erase')],
  },
  stamp: {
    ...ALIKE,
    progress: [BUSY, harmless('stamp', 'Stamping your device')],
    erase: [],
    passkey: [],
    pin: [],
    pending: [],
    'awaiting-approval': [],
    error: [NOT_OPENED, pulled('stamp')],
    stop: [],
  },
};

const MENDED: Partial<Script> = {
  consent: 'granted',
  consentAnswer: 'granted',
  emptyReaders: ['Reader'],
  devices: [mine],
  held: [],
  openError: null,
  pinError: null,
  pulledAt: null,
  isDeviceBusy: false,
};

const CANCEL = 'operations/operation-1/cancel';
/** Messages that may still go to the extension once its user has cancelled. */
const LAST_WORDS = ['$/cancelRequest', 'device.close', 'closed'];
const scene = WizardScene.forTests();

/** Each moment in which an operation can be cancelled, one in each row. */
const CASES = TESTED_KINDS.flatMap((kind) =>
  Object.entries(MOMENTS[kind]).flatMap(([pane, moments]) =>
    moments.map((moment) => ({ kind, pane, at: moment.words ?? moment.key ?? pane, ...moment })),
  ),
);
type Case = (typeof CASES)[number];
const isFirst = (one: Case, quality: (one: Case) => string): boolean =>
  CASES.find((other) => quality(other) === quality(one)) === one;
/** `npm test` keeps one moment for each outcome, and one for each operation and request to the CMS. */
const KEPT = everyOrSome(
  CASES,
  (one) =>
    isFirst(one, ({ then, cmsHears }) => `${then} ${cmsHears}`) ||
    (one.cmsHears === 'cancel' && isFirst(one, ({ kind, cmsHears }) => `${kind} ${cmsHears}`)),
);

describe('Escape', () => {
  it.each(KEPT)(
    'in $kind at $pane ($at): the wizard $then, the CMS gets $cmsHears, and it can be opened again',
    async ({ kind, pane, key = pane, words, then, cmsHears, ...moment }) => {
      const { dialog, button, event } = OPERATION_ELEMENTS[kind];
      moment.cms?.(scene.cms);
      const user = await scene.arrive(moment.script, dialog);
      await user.page.evaluate(() => window.offerProof());
      await user.page.click('#add');
      await moment.act?.(user);
      if (moment.script.held) await user.isHeld();
      await user.sees(key);
      if (words !== undefined) await user.reads(words);
      const before = await user.called();
      await user.press('Escape');
      if (then === 'asks') {
        await user.sees('stop');
        expect(scene.cms.calls).not.toContain(CANCEL);
        await user.click('#stop');
      }
      if (then === 'continues') await user.release();
      await user.closes();
      expect(await user.focused()).toBe(button);
      const isOver = pane === 'ready' || then === 'continues';
      expect(await user.heard()).toEqual([...(isOver ? [event] : []), 'cardwright-closed']);
      const after = (await user.called()).slice(before.length);
      if (then !== 'continues') expect(after.filter((word) => !LAST_WORDS.includes(word))).toEqual([]);
      if (cmsHears === 'cancel') expect(after).toEqual(LAST_WORDS);

      expect(scene.cms.kinds).toEqual(cmsHears === 'of no operation' ? [] : [kind]);
      expect(scene.cms.calls.includes(CANCEL)).toBe(cmsHears === 'cancel');
      if (cmsHears === 'cancel') expect(scene.cms.state).toBe('cancelled');

      await user.script(MENDED);
      Object.assign(scene.cms, { wantsProof: false, code: null, isThinking: false, finalState: null });
      scene.cms.verdicts.clear();
      await user.page.click('#add');
      await user.sees('ready');
      expect((await user.heard()).at(-1)).toBe(event);
    },
  );
});

it('can be opened again at once after it was cancelled, before the browser has told that its dialog closed', async () => {
  const user = await scene.arrive({ devices: [] });
  await user.click('#add');
  await user.sees('connect');
  await clickInOneTask(user.page, '>>> #cancel', '#add');
  await user.setDevices(mine);
  await user.sees('ready');
  expect(await user.heard()).toEqual(['cardwright-closed', OPERATION_ELEMENTS.issue.event]);
});
