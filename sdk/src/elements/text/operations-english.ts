import type { OperationTexts } from './operation-text.js';

const CONNECT = {
  connectTitle: 'Connect your device',
  connectHint: 'Insert your smart card into its reader, or plug in your security key. We’ll continue automatically.',
  chooseTitle: 'Select your device',
  chooseOneHint: 'Select it to continue, or connect another one.',
};
const WINDOW = 'The window belongs to the Cardwright extension. This page never sees your PIN.';
const KEEP_CONNECTED = 'Leave the device connected. It will be ready in a moment.';
const STEPS = { check: 'Check Computer', device: 'Check Device' };

/** What operations say in English. */
export const englishOperations: OperationTexts = {
  issue: {
    title: 'Add Device',
    resume: 'Finish setup',
    steps: { ...STEPS, run: 'Issue Device', pin: 'Change PIN' },
    search: {
      ...CONNECT,
      notUsable: 'Connected, but can’t be issued',
      notSupported: 'This device can’t be issued.',
      chooseHint: 'Several devices are connected. Which one do you want to issue?',
    },
    working: 'Issuing your device',
    workingHint: 'This usually takes one to two minutes. Leave the device connected.',
    pinTitle: 'Enter your new PIN in the Cardwright window',
    pinHint: WINDOW,
    finishing: 'Activating your device',
    finishingHint: KEEP_CONNECTED,
    stopTitle: 'Stop issuing?',
    stopHint: 'Your device has already been changed. If you stop now, you can’t use it until you continue and finish.',
    stopAtPinHint: 'Only your PIN is left. You can’t use the device until you set one.',
    stop: 'Stop',
    readyTitle: (device) => `Your ${device} is ready`,
    readyHint: 'Use it to sign in, to sign documents, and to open what is encrypted for you.',
  },
  changePin: {
    title: 'Change PIN',
    resume: 'Change PIN',
    steps: { ...STEPS, pin: 'Change PIN' },
    search: {
      ...CONNECT,
      notUsable: 'Connected, but its PIN can’t be changed here',
      notSupported: 'The PIN of this device can’t be changed here.',
      chooseHint: 'Several devices are connected. For which one do you want another PIN?',
    },
    working: 'Changing your PIN',
    workingHint: 'This takes a moment. Leave the device connected.',
    pinTitle: 'Enter your PIN and a new one in the Cardwright window',
    pinHint: WINDOW,
    finishing: 'Changing your PIN',
    finishingHint: KEEP_CONNECTED,
    stopTitle: 'Stop changing your PIN?',
    stopHint: 'Your device stays as it is.',
    stopAtPinHint: 'Your device stays as it is.',
    stop: 'Stop',
    readyTitle: () => 'Your PIN is changed',
    readyHint: 'Use your new PIN from now on.',
  },
  other: {
    title: 'Your device',
    resume: 'Continue',
    steps: { ...STEPS, run: 'Your device' },
    search: {
      ...CONNECT,
      notUsable: 'Connected, but can’t be used for this',
      notSupported: 'This device can’t be used for this.',
      chooseHint: 'Several devices are connected. Which one do you mean?',
    },
    working: 'Working on your device',
    workingHint: 'Leave the device connected.',
    pinTitle: 'Enter your PIN in the Cardwright window',
    pinHint: WINDOW,
    finishing: 'Finishing',
    finishingHint: KEEP_CONNECTED,
    stopTitle: 'Stop?',
    stopHint: 'Your device has already been changed. You may have to continue before you can use it.',
    stopAtPinHint: 'Your device has already been changed. You may have to continue before you can use it.',
    stop: 'Stop',
    readyTitle: (device) => `Your ${device} is ready`,
    readyHint: '',
  },
};
