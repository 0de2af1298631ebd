/** Words for choosing the device of an operation. */
export interface SearchText {
  readonly connectTitle: string;
  readonly connectHint: string;
  /** Heading above connected devices that cannot be selected. */
  readonly notUsable: string;
  /** Reason shown on a device that cannot be selected, if the server gives no reason. */
  readonly notSupported: string;
  readonly chooseTitle: string;
  readonly chooseHint: string;
  readonly chooseOneHint: string;
}

/** The words of the wizard that differ between operations. */
export interface OperationText {
  readonly title: string;
  /** Title of the wizard when it continues an interrupted operation. Also shown on the device of that operation. */
  readonly resume: string;
  /** Names of the steps of the wizard for this operation. */
  readonly steps: Readonly<Partial<Record<'check' | 'device' | 'run' | 'pin', string>>>;
  readonly search: SearchText;

  readonly working: string;
  readonly workingHint: string;

  readonly pinTitle: string;
  readonly pinHint: string;
  /** Shown when the operation is still running, but the user has nothing left to do. */
  readonly finishing: string;
  readonly finishingHint: string;

  /** Question that is asked before the operation is stopped. */
  readonly stopTitle: string;
  readonly stopHint: string;
  /** Shown instead of `stopHint` in the step `pin`, if it says something else there. */
  readonly stopAtPinHint?: string;
  readonly stop: string;

  /**
   * Title when the operation is done.
   *
   * @param device name of the device's model
   */
  readonly readyTitle: (device: string) => string;
  /** First sentence below `readyTitle`, before the uses of the device; empty if the operation has no such sentence. */
  readonly readyHint: string;
}

const CONNECT = {
  connectTitle: 'Connect your device',
  connectHint: 'Insert your smart card into its reader, or plug in your security key. We’ll continue automatically.',
  chooseTitle: 'Select your device',
  chooseOneHint: 'Select it to continue, or connect another one.',
};
const WINDOW = 'The window belongs to the Cardwright extension. This page never sees your PIN.';
const KEEP_CONNECTED = 'Leave the device connected. It will be ready in a moment.';
const STEPS = { check: 'Check Computer', device: 'Check Device' };

/** Words of all operations that have none of their own below, such as a CMS's own operations. */
const OTHER: OperationText = {
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
  stop: 'Stop',
  readyTitle: () => 'Done',
  readyHint: '',
};

/** Names of the operations that have words of their own. */
type Worded =
  | 'issue'
  | 'changePin'
  | 'unlock'
  | 'erase'
  | 'renew'
  | 'update'
  | 'addPasskey'
  | 'removePasskey'
  | 'changeFidoPin'
  | 'proveOwner';

/** Words of the operations. */
export const operations: Readonly<Record<Worded | 'other', OperationText>> = {
  issue: {
    title: 'Add Device',
    resume: 'Finish setup',
    steps: { ...STEPS, run: 'Set Up Device', pin: 'Change PIN' },
    search: {
      ...CONNECT,
      notUsable: 'Connected, but can’t be set up',
      notSupported: 'This device can’t be set up.',
      chooseHint: 'Several devices are connected. Which one do you want to set up?',
    },
    working: 'Setting up your device',
    workingHint: 'This usually takes one to two minutes. Leave the device connected.',
    pinTitle: 'Enter your new PIN in the Cardwright window',
    pinHint: WINDOW,
    finishing: 'Activating your device',
    finishingHint: KEEP_CONNECTED,
    stopTitle: 'Stop setting up?',
    stopHint: 'Your device has already been changed. If you stop now, you can’t use it until you continue and finish.',
    stopAtPinHint: 'Only your PIN is left. You can’t use the device until you set one.',
    stop: 'Stop',
    readyTitle: (device) => `Your ${device} is ready`,
    readyHint: '',
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
    stop: 'Stop',
    readyTitle: () => 'Your PIN is changed',
    readyHint: 'Use your new PIN from now on.',
  },
  unlock: {
    title: 'Forgot PIN',
    resume: 'Forgot PIN',
    steps: { ...STEPS, pin: 'New PIN' },
    search: {
      ...CONNECT,
      notUsable: 'Connected, but can’t get a new PIN here',
      notSupported: 'This device can’t get a new PIN here.',
      chooseHint: 'Several devices are connected. Which one is to get a new PIN?',
    },
    working: 'Setting your new PIN',
    workingHint: 'This takes a moment. Leave the device connected.',
    pinTitle: 'Enter your new PIN in the Cardwright window',
    pinHint: WINDOW,
    finishing: 'Securing your device',
    finishingHint: KEEP_CONNECTED,
    stopTitle: 'Stop?',
    stopHint: 'Your device keeps its keys and certificates. You can ask for a new PIN again at any time.',
    stop: 'Stop',
    readyTitle: () => 'Your new PIN is set',
    readyHint: 'Your keys and certificates are as they were. Use your new PIN from now on.',
  },
  erase: {
    title: 'Give Back',
    resume: 'Finish giving back',
    steps: { ...STEPS, run: 'Erase Device' },
    search: {
      ...CONNECT,
      notUsable: 'Connected, but can’t be given back here',
      notSupported: 'This device can’t be given back here.',
      chooseHint: 'Several devices are connected. Which one do you want to give back?',
    },
    working: 'Erasing your device',
    workingHint: 'This usually takes less than a minute. Leave the device connected.',
    pinTitle: 'Confirm in the Cardwright window',
    pinHint: WINDOW,
    finishing: 'Checking that everything is gone',
    finishingHint: KEEP_CONNECTED,
    stopTitle: 'Stop erasing?',
    stopHint: 'You can’t use your device any more. Until it is erased, nobody else can use it either.',
    stop: 'Stop',
    readyTitle: (device) => `Your ${device} is erased`,
    readyHint: 'Its certificates are revoked. You can hand it in, or have it set up again.',
  },
  renew: {
    ...OTHER,
    title: 'Renew Certificates',
    resume: 'Continue renewing',
    steps: { ...STEPS, run: 'Renew' },
    working: 'Renewing your certificates',
    workingHint: 'This usually takes less than a minute. Leave the device connected.',
    finishing: 'Checking your new certificates',
    stopTitle: 'Stop renewing?',
    stopHint: 'What is renewed already stays so. A certificate may be missing until you continue.',
    readyTitle: () => 'Your certificates are renewed',
    readyHint: 'Use your device as before, with the same PIN.',
  },
  update: {
    ...OTHER,
    title: 'Update Device',
    resume: 'Continue updating',
    steps: { ...STEPS, run: 'Update' },
    working: 'Updating your device',
    workingHint: 'This usually takes less than a minute. Leave the device connected.',
    finishing: 'Checking your device',
    stopTitle: 'Stop updating?',
    stopHint: 'What is updated already stays so. A certificate may be missing until you continue.',
    readyTitle: (device) => `Your ${device} is up to date`,
    readyHint: 'It is now as your organization wants it.',
  },
  addPasskey: {
    ...OTHER,
    title: 'Add Passkey',
    resume: 'Continue adding',
    steps: { ...STEPS, run: 'Add Passkey' },
    working: 'Adding your passkey',
    stopTitle: 'Stop adding a passkey?',
    stopHint: 'The passkeys that your device has already stay as they are.',
    readyTitle: () => 'Your passkey is added',
    readyHint: '',
  },
  removePasskey: {
    ...OTHER,
    title: 'Remove Passkey',
    resume: 'Continue removing',
    steps: { ...STEPS, run: 'Remove Passkey' },
    working: 'Removing your passkey',
    stopTitle: 'Stop removing the passkey?',
    stopHint: 'The service may no longer accept the passkey, although it is still on your device.',
    readyTitle: () => 'The passkey is removed',
    readyHint: 'You can no longer sign in with it.',
  },
  changeFidoPin: {
    ...OTHER,
    title: 'Change FIDO PIN',
    resume: 'Change FIDO PIN',
    steps: { ...STEPS, run: 'Change FIDO PIN' },
    working: 'Changing your FIDO PIN',
    pinTitle: 'Enter your FIDO PIN and a new one in the Cardwright window',
    stopTitle: 'Stop changing your FIDO PIN?',
    stopHint: 'Your device stays as it is.',
    readyTitle: () => 'Your FIDO PIN is changed',
    readyHint: 'Use your new FIDO PIN from now on.',
  },
  other: OTHER,
  proveOwner: {
    ...OTHER,
    title: 'Confirm that it’s you',
    resume: 'Confirm that it’s you',
    steps: { ...STEPS, run: 'Enter PIN' },
    working: 'Asking your device',
    workingHint: 'This takes a moment. Leave the device connected.',
    finishing: 'Asking your device',
    finishingHint: 'This takes a moment. Leave the device connected.',
    stopHint: 'Your device stays as it is.',
    readyTitle: () => 'Confirmed that it’s you',
    readyHint: '',
  },
};
