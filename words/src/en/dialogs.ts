import { models } from './dialogs/models.js';
import { operations } from './dialogs/operations.js';
import { plural } from '../plural.js';

export type { OperationText, SearchText } from './dialogs/operations.js';

const count = plural('en');
const list = new Intl.ListFormat('en');

const USES = {
  'sign-in': 'to sign in',
  sign: 'to sign documents',
  decrypt: 'to open what is encrypted for you',
};

/** The words of the sdk's dialogs. */
export const words = {
  /** Name of a step on narrow screens, such as "Step 2 of 4". */
  stepOf: (step: number, of: number) => `Step ${step} of ${of}`,
  done: 'done',
  cancel: 'Cancel',
  close: 'Close',
  /** Label of the button that closes a wizard at its end. The wizard for mobile devices also shows it before everything is done. */
  finish: 'Done',
  next: 'Next',
  refresh: 'Refresh',
  retry: 'Try again',
  /** Label of the button that continues an operation in this tab, after the operation moved to another tab. */
  goOnHere: 'Continue here',
  signIn: 'Sign in',
  /** Label of the button that opens the wizard for a new PIN, because the old one is blocked or forgotten. */
  setNewPin: 'Set a new PIN',
  /** Label of the button that opens the wizard for erasing a device whose PUK can no longer be used. */
  eraseIt: 'Erase it',
  /** Label of the button that lets the user choose among the connected devices. */
  chooseAgain: 'Choose a device',
  /** Label of the button that loads the page again. */
  reload: 'Reload page',
  copyDetails: 'Copy details',
  copied: 'Copied',

  checking: 'Checking this computer',
  checkingHint: 'Four things are needed to reach your device. This takes a moment.',
  startingHint: 'Cardwright is still starting on this computer. We’ll continue automatically.',
  extension: 'Browser extension',
  site: 'Permission for this site',
  host: 'Cardwright on this computer',
  reader: 'Card reader or security key',
  /** Follows the advice on what to do about a missing reader. */
  readerAwaited: 'We’ll continue once one is connected.',
  /** Follows the advice on what to do about a site that the user refused. */
  pardonAwaited: 'We’ll continue when you come back to this page.',
  /** Shown if the user tries again while the site is still refused. */
  stillRefused:
    'This site still may not ask. Open the Cardwright extension from the toolbar, and choose “Let this site ask again”.',
  checkStates: {
    waiting: 'Not checked yet',
    running: 'Checking …',
    passed: 'Ready',
    needed: 'Not allowed yet',
    asking: 'Waiting for your answer …',
    failed: 'Not ready',
  },
  allowTitle: 'This site needs your permission',
  allowHint: 'A Cardwright window will ask for permission. Choose “Allow” there.',
  allow: 'Allow …',

  searching: 'Looking for your device',
  /** Heading that asks for the particular device with which the operation continues. */
  connectWantedTitle: 'Connect this device',
  connectWantedHint: 'We’ll continue automatically once it is connected.',
  /** Name of the device to connect, if the wizard knows nothing about it. */
  wantedUnknown: 'Your unfinished device',
  wantedMissing: (device: string) => `${device} is not connected. Reconnect it, or select another.`,
  noReader: 'No card reader and no security key is connected at the moment.',
  /** Shown if every device that can be selected must be erased first. */
  eraseHint:
    'A device that was used before can be set up once everything on it is erased. Select it only if you don’t need what is on it any more, or connect another one.',
  eraseAndUse: 'Erase and use',
  eraseAsksAgain: 'Cardwright will ask you to confirm before erasing.',
  serial: (serial: string) => `Serial number ${serial}`,
  inReader: (reader: string) => `In ${reader}`,
  lastReader: (reader: string) => `last in ${reader}`,
  models,
  /** Number of devices, which a screen reader announces when devices come and go. */
  choices: (devices: number) =>
    count(devices, { one: 'One device to choose.', other: `${devices} devices to choose from.` }),

  eraseWindowTitle: 'Confirm in the Cardwright window',
  eraseWindowHint:
    'Cardwright asks there whether everything on this device may be erased. If you close that window, the device stays as it is.',

  /** Shown after the user has agreed to the erasure. */
  erasing: 'Erasing your device',

  /**
   * Shown after some time without progress.
   *
   * @param time minutes and seconds since the last progress
   */
  stalled: (time: string) => `Still working, for ${time} so far.`,
  /** Shown until the server reports the first phase of the operation. */
  opening: 'Opening your device',
  waitingForHolder: 'Another program is using this device. Waiting …',
  absences: {
    CMS_UNREACHABLE: 'The portal does not answer. Trying again …',
    CA_UNAVAILABLE: 'The certification authority does not answer. Trying again …',
    PASSKEY_SERVICE_UNAVAILABLE: 'The passkey service does not answer. Trying again …',
  },
  percent: (percent: number) => `${percent}%`,

  pinPreparing: 'The window opens in a moment.',
  /** Purpose of the device PIN, if the device has a separate FIDO PIN. */
  pinIsForTheRest: 'This is your device PIN. It is for everything but your passkey, which keeps its FIDO PIN.',
  /** Purpose of the device PIN, if this PIN is the FIDO PIN too. */
  pinIsForAll: 'This PIN is for everything, your passkey included.',

  /** The user's tasks for a passkey. Some hints contain the name of the service to which the passkey belongs. */
  passkeyTasks: {
    'choose-fido-pin': {
      title: 'Choose your FIDO PIN in the Cardwright window',
      hint: () => 'The window belongs to the Cardwright extension. This page never sees your PIN.',
    },
    'enter-fido-pin': {
      title: 'Enter your FIDO PIN in the Cardwright window',
      hint: () => 'The window belongs to the Cardwright extension. This page never sees your PIN.',
    },
    'reset-fido': {
      title: 'Confirm in the Cardwright window',
      hint: () =>
        'Cardwright asks there whether the passkeys on this device may be erased. Nothing else on it is erased. If you close that window, the device stays as it is.',
    },
    browser: {
      title: 'Follow the Cardwright window and your browser',
      hint: (service: string) =>
        `Choose “Continue” in the Cardwright window. Your browser then creates your passkey for ${service}: enter your FIDO PIN there, or choose one, and touch the key.`,
    },
    'temporary-pin': {
      title: 'Type the temporary PIN into your browser’s dialog',
      hint: (service: string) =>
        `The Cardwright window shows the temporary PIN. Choose “Continue” there. Your browser then creates your passkey for ${service} and asks for the PIN. You need it only this once: you choose your own PIN at the end.`,
    },
    touch: { title: 'Touch your security key', hint: () => 'It blinks while it waits for you.' },
    hold: {
      title: 'Touch and hold your security key',
      hint: () => 'Hold it for about ten seconds, until it stops blinking.',
    },
    reinsert: {
      title: 'Remove your security key, then insert it again',
      hint: () => 'Then touch it when it blinks. It can be reset only in the first seconds.',
    },
  },
  /** Shown if the passkey is created in the way `window`, in a window of its service. */
  passkeyWindow: 'Leave the small window open that appears then: it closes by itself.',
  /** Labels of the two PINs. */
  fidoPin: 'FIDO PIN',
  fidoPinUse: 'For signing in with your passkey.',
  devicePin: 'Device PIN',
  devicePinUse: 'For everything else. You choose it at the end.',

  keepGoing: 'Keep going',

  /** Shown if the server demands a new proof of identity. */
  proveTitle: 'Confirm that it’s you',
  /** Shown above the proof form that the page itself provides. */
  proveHint: 'The portal has to check first that it’s you. We’ll continue automatically afterwards.',
  /** Shown if the page provides no form for the proof. */
  proveBySigningIn:
    'You signed in too long ago for this. Sign out of the portal and sign in again, then continue here.',
  /** Shown if the server still demands a proof after the user has given one. */
  proveOtherwise: 'That isn’t enough for this device. Confirm in another way.',

  pendingTitle: 'Your device is not active yet',
  /** Follows the reason why the PIN was not changed. */
  pendingHint: 'You haven’t set a PIN yet, so you can’t use the device.',
  /** Shown if the owner can still choose a PIN. */
  pendingRetry: 'Set your PIN now, or continue later: nothing is lost.',
  /** Shown if only an operator can activate the device. */
  pendingAsk: 'Ask your help desk to activate the device.',
  setPin: 'Set PIN now',

  /** @param uses at least one use of the device */
  readyUses: (uses: readonly (keyof typeof USES)[]) => `Use it ${list.format(uses.map((use) => USES[use]))}.`,
  /** @param services names of the services of the passkeys */
  readyPasskeys: (services: readonly string[]) =>
    `Its passkey signs you in to ${list.format(services)} without a password.`,
  rememberPin: 'Remember your PIN: your device asks for it, and nobody else knows it.',
  rememberFidoPin: 'Remember your FIDO PIN: your passkey asks for it, and nobody else knows it.',
  rememberBothPins: 'Remember both PINs: your passkey asks for the FIDO PIN, everything else for the device PIN.',
  /** @param seconds time until the wizard closes by itself */
  closesIn: (seconds: number) => count(seconds, { one: 'Closes in 1 second.', other: `Closes in ${seconds} seconds.` }),

  /** Label of the button that brings the waiting window of the extension to the front. */
  showWindow: 'Show window',
  windowNotShown: 'The window can’t be brought to the front. Look for it behind your other windows.',
  /**
   * Title of the tab while a window of the extension is waiting.
   *
   * @param title the page's own title
   */
  tabTitle: (title: string) => `(!) Cardwright is waiting for you · ${title}`,

  /** Words of the form for an operator's one-time code. */
  code: {
    title: 'Enter your one-time code',
    hint: 'Call your help desk and ask for a one-time code for this device. Type it here within ten minutes.',
    label: 'One-time code',
    incorrect: 'That code isn’t right.',
    /** Shown if the code is used up or has expired, so that only a new code helps. */
    useless: 'That code can’t be used. Ask your help desk for a new one.',
  },
  /** Follows the message about a wrong code or PIN. */
  triesLeft: (tries: number) => count(tries, { one: 'One attempt is left.', other: `${tries} attempts are left.` }),

  approvalTitle: 'Your device waits for approval',
  approvalHint:
    'Your PIN is set, and you can remove the device. Your help desk checks every device of this kind. You can use it once they have approved it.',
  /** Follows the remedy if an operator has to act before the operation can continue, and nothing that is done is lost. */
  continueLater: 'What is done already is kept: you can close this window and continue later.',

  error: (number: number, code: string) => `Error ${number} · ${code}`,
  whatToDo: 'What you can do',
  reason: 'Reason',
  /** Heading above the technical reason for an error: a text of the program that found the error, for the persons who help the user. */
  technicalDetails: 'Technical details',
  /** Label of the button that opens a support file in the extension, where the user can save it. The page does not receive the file. */
  supportFile: 'Save support file',
  /** Label of the button that opens the recorded messages in a tab of the extension. The page does not receive the messages. */
  showTrace: 'Show what happened',
  /** Shown if the user opens the same thing again too soon: a support file within a minute, the messages within five seconds. */
  openedJustNow: {
    supportFile: 'A support file was opened just now. You can open another one in a minute.',
    trace: 'It was shown just now. You can have it shown again in five seconds.',
  },
  moreHelp: 'More help',
  contact: 'Contact',
  install: { extension: 'Get the extension', host: 'Get Cardwright' },
  operations,
};
