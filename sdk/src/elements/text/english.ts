import type { Text } from './text-type.js';

/** English. Errors speak through the protocol's catalogue, which is English. */
export const english: Text = {
  title: 'Add Device',
  steps: { check: 'Check Computer', device: 'Check Device', issue: 'Issue Device', pin: 'Change PIN' },
  stepOf: (step, of) => `Step ${step} of ${of}`,
  done: 'done',
  cancel: 'Cancel',
  close: 'Close',
  finish: 'Done',
  finishSetup: 'Finish setup',
  next: 'Next',
  refresh: 'Refresh',
  retry: 'Try again',
  goOn: 'Continue',
  goOnHere: 'Continue here',
  logIn: 'Log in',
  chooseAgain: 'Choose a device',
  copyDetails: 'Copy details',
  copied: 'Copied',

  checking: 'Checking this computer',
  checkingHint: 'Four things are needed to reach your device. This takes a moment.',
  extension: 'Browser extension',
  site: 'Permission for this site',
  host: 'Cardwright on this computer',
  reader: 'Card reader or security key',
  readerAwaited: 'We’ll continue once one is connected.',
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
  connectTitle: 'Connect your device',
  connectHint: 'Insert your smart card into its reader, or plug in your security key. We’ll continue automatically.',
  connectWantedTitle: 'Connect this device',
  connectWantedHint: 'We’ll continue automatically once it is connected.',
  wantedUnknown: 'Your unfinished device',
  wantedMissing: (device) => `${device} is not connected. Reconnect it, or select another.`,
  noReader: 'No card reader and no security key is connected at the moment.',
  notUsable: 'Connected, but can’t be issued',
  chooseTitle: 'Select your device',
  chooseHint: 'Several devices are connected. Which one do you want to issue?',
  chooseOneHint: 'Select it to continue, or connect another one.',
  eraseHint:
    'A device that was used before can be issued once everything on it is erased. Select it only if you don’t need what is on it any more, or connect another one.',
  eraseAndUse: 'Erase and use',
  eraseAsksAgain: 'Cardwright will ask you to confirm before erasing.',
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
  issuingHint: 'This usually takes one to two minutes. Leave the device connected.',
  stalled: (time) => `Still working, for ${time} so far.`,
  opening: 'Opening your device',
  waitingForHolder: 'Another program is using this device. Waiting …',
  absences: {
    CMS_UNREACHABLE: 'The portal does not answer. Trying again …',
    CA_UNAVAILABLE: 'The certification authority does not answer. Trying again …',
  },
  percent: (percent) => `${percent}%`,

  pinTitle: 'Enter your new PIN in the Cardwright window',
  pinHint: 'The window belongs to the Cardwright extension. This page never sees your PIN.',
  pinPreparing: 'The window opens in a moment.',
  activating: 'Activating your device',
  activatingHint: 'Leave the device connected. It will be ready in a moment.',

  stopTitle: 'Stop issuing?',
  stopHint: 'Your device has already been changed. If you stop now, you can’t use it until you continue and finish.',
  stopAtPinHint: 'Only your PIN is left. You can’t use the device until you set one.',
  stop: 'Stop',
  keepGoing: 'Keep going',

  pendingTitle: 'Your device is not active yet',
  pendingHint: 'The PIN was not changed. You can’t use the device until an operator activates it.',
  pendingRetry: 'Or set your PIN now. You can also continue later: nothing is lost.',
  setPin: 'Set PIN now',

  readyTitle: (device) => `Your ${device} is ready`,
  readyHint: 'Use it to sign in, to sign documents, and to open what is encrypted for you.',
  rememberPin: 'Remember your PIN: your device asks for it, and nobody else knows it.',
  closesIn: (seconds) => (seconds === 1 ? 'Closes in 1 second.' : `Closes in ${seconds} seconds.`),

  showWindow: 'Show window',
  windowNotShown: 'The window can’t be brought to the front. Look for it behind your other windows.',
  tabTitle: (title) => `(!) Cardwright is waiting for you · ${title}`,

  approvalTitle: 'Your device waits for approval',
  approvalHint:
    'Your PIN is set, and you can remove the device. An operator has to approve it before you can use it: its vendor does not vouch for its keys.',
  continueLater: 'What is done already is kept: you can close this window and continue later.',

  error: (number, code) => `Error ${number} · ${code}`,
  whatToDo: 'What you can do',
  reason: 'Reason',
  update: {
    sdk: 'Tell your help desk that this site needs a newer version of Cardwright.',
    extension: 'Update the Cardwright extension, then try again.',
    host: 'Update Cardwright on this computer, then try again.',
  },
  consent: {
    denied: [
      'This site may not use your devices: you said no, or closed the question.',
      'Open the Cardwright extension from the toolbar, let this site ask again, then try again.',
    ],
    blocked: ['Your administrator does not let this site use your devices.', 'Tell your help desk.'],
  },
  errors: {
    OPERATION_MOVED: [
      'This device is now being issued in another tab.',
      'Continue in the other tab and close this one, or continue here: the other tab then stops.',
    ],
  },
};
