import type { DeviceUse } from '@cardwright/protocol';
import { englishErrors } from '@cardwright/protocol/english';
import { mobileEnglish } from './mobile-english.js';
import { englishOperations } from './operations-english.js';
import type { Text } from './text-type.js';

const USES: Readonly<Record<DeviceUse, string>> = {
  'sign-in': 'to sign in',
  sign: 'to sign documents',
  decrypt: 'to open what is encrypted for you',
};

/** English. Errors take their words from the protocol's catalogue. */
export const english: Text = {
  stepOf: (step, of) => `Step ${step} of ${of}`,
  done: 'done',
  cancel: 'Cancel',
  close: 'Close',
  finish: 'Done',
  next: 'Next',
  refresh: 'Refresh',
  retry: 'Try again',
  goOnHere: 'Continue here',
  logIn: 'Log in',
  setNewPin: 'Set a new PIN',
  eraseIt: 'Erase it',
  chooseAgain: 'Choose a device',
  reload: 'Reload page',
  copyDetails: 'Copy details',
  copied: 'Copied',

  checking: 'Checking this computer',
  checkingHint: 'Four things are needed to reach your device. This takes a moment.',
  extension: 'Browser extension',
  site: 'Permission for this site',
  host: 'Cardwright on this computer',
  reader: 'Card reader or security key',
  readerAwaited: 'We’ll continue once one is connected.',
  pardonAwaited: 'We’ll continue when you come back to this page.',
  stillRefused: 'This site still may not ask. Open the Cardwright extension from the toolbar, and let it ask.',
  checkStates: {
    waiting: 'Not checked yet',
    running: 'Checking …',
    passed: 'Ready',
    needed: 'Not allowed yet',
    asking: 'Waiting for your answer …',
    failed: 'Not ready',
  },
  allowTitle: 'This site needs your permission',
  allowHint: 'A Cardwright window will ask for permission. Choose Allow.',
  allow: 'Allow …',

  searching: 'Looking for your device',
  connectWantedTitle: 'Connect this device',
  connectWantedHint: 'We’ll continue automatically once it is connected.',
  wantedUnknown: 'Your unfinished device',
  wantedMissing: (device) => `${device} is not connected. Reconnect it, or select another.`,
  noReader: 'No card reader and no security key is connected at the moment.',
  eraseHint:
    'A device that was used before can be issued once everything on it is erased. Select it only if you don’t need what is on it any more, or connect another one.',
  eraseAndUse: 'Erase and use',
  eraseAsksAgain: 'Cardwright will ask you to confirm before erasing.',
  serial: (serial) => `Serial number ${serial}`,
  inReader: (reader) => `In ${reader}`,
  lastReader: (reader) => `last in ${reader}`,
  choices: (count) => (count === 1 ? 'One device to choose.' : `${count} devices to choose from.`),

  eraseWindowTitle: 'Confirm in the Cardwright window',
  eraseWindowHint:
    'Cardwright asks there whether everything on this device may be erased. If you close that window, the device stays as it is.',

  erasing: 'Erasing your device',

  stalled: (time) => `Still working, for ${time} so far.`,
  opening: 'Opening your device',
  waitingForHolder: 'Another program is using this device. Waiting …',
  absences: {
    CMS_UNREACHABLE: 'The portal does not answer. Trying again …',
    CA_UNAVAILABLE: 'The certification authority does not answer. Trying again …',
    PASSKEY_SERVICE_UNAVAILABLE: 'The passkey service does not answer. Trying again …',
  },
  percent: (percent) => `${percent}%`,

  pinPreparing: 'The window opens in a moment.',
  pinIsForTheRest: 'This is your device PIN. It is for everything but your passkey, which keeps its FIDO PIN.',
  pinIsForAll: 'This PIN is for everything, your passkey included.',

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
      hint: (service) =>
        `Choose Continue in the Cardwright window. Your browser then creates your passkey for ${service}: enter your FIDO PIN there, or choose one, and touch the key.`,
    },
    'temporary-pin': {
      title: 'Paste the temporary PIN into your browser’s dialog',
      hint: (service) =>
        `Choose Continue in the Cardwright window, which copies the temporary PIN. Your browser then creates your passkey for ${service} and asks for it. You don’t need to remember it: you choose your own PIN at the end.`,
    },
    touch: { title: 'Touch your security key', hint: () => 'It blinks while it waits for you.' },
    reinsert: {
      title: 'Remove your security key, then insert it again',
      hint: () => 'Then touch it when it blinks. It takes a reset only in the first seconds.',
    },
  },
  passkeyWindow: 'Leave the small window open that appears then: it closes by itself.',
  fidoPin: 'FIDO PIN',
  fidoPinUse: 'For signing in with your passkey.',
  devicePin: 'Device PIN',
  devicePinUse: 'For everything else. You choose it at the end.',

  keepGoing: 'Keep going',

  proveTitle: 'Confirm that it’s you',
  proveHint: 'Before this, the portal needs to be sure who you are. We’ll continue automatically afterwards.',
  proveByLogin: 'Before this, the portal needs a recent login. Log out of it and log in again, then continue here.',
  proveOtherwise: 'That isn’t enough for this device. Confirm in another way.',

  pendingTitle: 'Your device is not active yet',
  pendingHint: 'The PIN was not changed. You can’t use the device until an operator activates it.',
  pendingRetry: 'Or set your PIN now. You can also continue later: nothing is lost.',
  setPin: 'Set PIN now',

  readyUses: (uses) => `Use it ${new Intl.ListFormat('en').format(uses.map((use) => USES[use]))}.`,
  readyPasskeys: (services) =>
    `Its passkey signs you in to ${new Intl.ListFormat('en').format(services)} without a password.`,
  rememberPin: 'Remember your PIN: your device asks for it, and nobody else knows it.',
  rememberFidoPin: 'Remember your FIDO PIN: your passkey asks for it, and nobody else knows it.',
  rememberBothPins: 'Remember both PINs: your passkey asks for the FIDO PIN, everything else for the device PIN.',
  closesIn: (seconds) => (seconds === 1 ? 'Closes in 1 second.' : `Closes in ${seconds} seconds.`),

  showWindow: 'Show window',
  windowNotShown: 'The window can’t be brought to the front. Look for it behind your other windows.',
  tabTitle: (title) => `(!) Cardwright is waiting for you · ${title}`,

  code: {
    title: 'Enter your one-time code',
    hint: 'Call your help desk and ask for a one-time code for this device. Type it here within ten minutes.',
    label: 'One-time code',
    incorrect: 'That code isn’t right.',
    useless: 'That code can’t be used. Ask your help desk for a new one.',
  },
  triesLeft: (tries) => (tries === 1 ? 'One try is left.' : `${tries} tries are left.`),

  approvalTitle: 'Your device waits for approval',
  approvalHint:
    'Your PIN is set, and you can remove the device. An operator has to approve it before you can use it: its vendor does not vouch for its keys.',
  continueLater: 'What is done already is kept: you can close this window and continue later.',

  error: (number, code) => `Error ${number} · ${code}`,
  whatToDo: 'What you can do',
  reason: 'Reason',
  supportFile: 'Save support file',
  moreHelp: 'More help',
  contact: 'Contact',
  install: { extension: 'Get the extension', host: 'Get Cardwright' },
  operations: englishOperations,
  mobile: mobileEnglish,
  errors: englishErrors,
};
