import type { Text } from './text-type.js';

/** English. Errors take their words from the protocol's catalogue, which is English. */
export const english: Text = {
  title: 'Add Device',
  steps: { check: 'Check', device: 'Check Device', issue: 'Issue Device', pin: 'Change PIN' },
  stepOf: (step, of) => `Step ${step} of ${of}`,
  done: 'done',
  cancel: 'Cancel',
  close: 'Close',
  next: 'Next',
  refresh: 'Refresh',
  retry: 'Try again',
  goOnHere: 'Continue here',
  logIn: 'Log in',
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
  readerAwaited: 'The check continues by itself as soon as one is connected.',
  checkStates: {
    waiting: 'Not checked yet',
    running: 'Checking …',
    passed: 'Ready',
    needed: 'Not given yet',
    asking: 'Waiting for your answer …',
    failed: 'Not ready',
  },
  allowTitle: 'This site needs your permission',
  allowHint:
    'Cardwright asks in a window of its own whether this site may use your devices. Choose Allow there to continue.',
  allow: 'Allow …',

  searching: 'Looking for your device',
  connectTitle: 'Connect your device',
  connectHint: 'Insert your smart card into its reader, or plug in your security key. The next step begins by itself.',
  connectWantedTitle: 'Connect this device',
  connectWantedHint: 'Issuing continues by itself as soon as it is connected.',
  wantedUnknown: 'The device whose issuance was broken off',
  wantedMissing: (device) => `${device} is not connected. Connect it to continue with it, or select another device.`,
  noReader: 'No card reader and no security key is connected at the moment.',
  notUsable: 'Connected, but can’t be issued',
  chooseTitle: 'Select your device',
  chooseHint: 'Several devices are connected. Which one do you want to issue?',
  chooseOneHint: 'Select it to continue, or connect another one.',
  eraseHint:
    'A device that was used before can be issued once everything on it is erased. Select it only if you don’t need what is on it any more, or connect another one.',
  continueIssuing: 'Continue issuing',
  eraseAndUse: 'Erase and use',
  eraseAsksAgain: 'Cardwright asks you again, in a window of its own, before anything is erased.',
  serial: (serial) => `Serial number ${serial}`,
  inReader: (reader) => `In ${reader}`,
  lastReader: (reader) => `last in ${reader}`,
  notSupported: 'This device can’t be issued.',
  choices: (count) => (count === 1 ? 'One device to choose.' : `${count} devices to choose from.`),

  eraseWindowTitle: 'Confirm in the Cardwright window',
  eraseWindowHint:
    'Cardwright asks there whether everything on this device may be erased. If you close that window, the device stays as it is.',

  erasing: 'Erasing your device',

  issuing: 'Issuing your device',
  issuingHint: 'Leave the device connected until this is finished.',
  opening: 'Opening your device',
  waitingForHolder: 'Another program is using the device. Waiting until it is free …',
  absences: {
    CMS_UNREACHABLE: 'The portal does not answer. Trying again …',
    CA_UNAVAILABLE: 'The certification authority does not answer. Trying again …',
  },
  percent: (percent) => `${percent} %`,

  pinTitle: 'Enter your new PIN in the Cardwright window',
  pinHint: 'The window belongs to the Cardwright extension. This page never sees your PIN.',
  pinPreparing: 'The window opens in a moment.',
  activating: 'Activating your device',
  activatingHint: 'Leave the device connected. It will be ready in a moment.',

  stopTitle: 'Stop issuing?',
  stopHint: 'Your device has already been changed. If you stop now, you can’t use it until you continue and finish.',
  stopAtPinHint:
    'Only your PIN is missing. If you stop now, your device stays Pending: you can’t use it until you continue and choose one.',
  stop: 'Stop',
  keepGoing: 'Keep going',

  pendingTitle: 'Your device is not active yet',
  pendingHint:
    'The PIN was not changed. The device was issued and stays Pending: you can’t use it until an operator activates it.',
  pendingRetry: 'You can also choose your PIN now.',

  approvalTitle: 'Your device waits for approval',
  approvalHint:
    'Your PIN is set, and you can remove the device. An operator has to approve it before you can use it: its vendor does not vouch for its keys.',
  continueLater: 'What is done already is kept: you can close this window and continue later.',

  error: (number, code) => `Error ${number} · ${code}`,
  whatToDo: 'What you can do',
  reason: 'Reason',
  moreHelp: 'More help',
  contact: 'Contact',
  install: { extension: 'Get the extension', host: 'Get Cardwright' },
  errors: undefined,
};
