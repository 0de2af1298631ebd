import type { PageText } from './text-type.js';

/** English. */
export const english: PageText = {
  pages: 'Pages',
  myDevices: 'My Devices',
  logOut: 'Log out',

  logIn: 'Log in',
  userName: 'User name',
  password: 'Password',
  loginProblems: {
    LOGIN_REQUIRED: 'User name or password is not correct.',
    RATE_LIMITED: 'Too many tries. Try again later.',
    PASSKEY_LOGIN_REFUSED: 'You can’t log in with this passkey. Try another one, or use your password.',
  },
  logInWithPasskey: 'Log in with a passkey',
  or: 'or',
  noPasskeyHere: 'Your browser can’t use a passkey here. Use your password.',

  freshProof: {
    confirm: 'Confirm',
    withPasskey: 'Use a passkey',
    problems: {
      PASSWORD_INCORRECT: 'The password is not correct.',
      RATE_LIMITED: 'Too many tries. Try again later.',
      PASSKEY_LOGIN_REFUSED: 'This passkey doesn’t count here. Try another one, or use your password.',
    },
  },

  addDevice: 'Add Device',
  addMobile: 'Add Mobile',
  noDevice: 'No devices yet.',
  noDeviceInUse: 'No devices in use.',
  whatYouNeed: {
    title: 'What you need',
    needs: [
      'A smart card and a card reader, or a security key',
      'A PIN that you choose yourself',
      'About five minutes',
    ],
    mobile: 'Or just an iPhone or iPad with iOS 18 or later.',
  },
  whereToGet: 'Where to get a device',
  added: 'New',

  states: {
    available: 'Available',
    producing: 'In production',
    pending: 'Pending',
    'awaiting-approval': 'Awaiting approval',
    active: 'Active',
    suspended: 'Suspended',
    failed: 'Failed',
    terminated: 'Terminated',
  },
  operations: { 'change-pin': 'Change PIN', unlock: 'Forgot PIN?', erase: 'Give back' },
  continueIssuance: 'Finish setup',
  startAgain: 'Start over',
  interrupted: {
    what: 'The issuance is not finished.',
    todo: 'Connect the device and finish setup: what is done already is kept.',
  },
  awaitingApproval: {
    what: 'The device waits for approval: its vendor does not vouch for its keys.',
    todo: 'Your PIN is set, and there is nothing for you to do. You can use the device as soon as an operator has approved it.',
  },
  approvalNeeded: {
    what: 'The issuance waits for approval: the device could not prove what it is.',
    todo: 'Ask your help desk to approve it, then connect the device and finish setup. What is done already is kept.',
  },
  approved: {
    what: 'An operator approved the issuance; it is not finished.',
    todo: 'Connect the device and finish setup.',
  },
  unlockApprovalNeeded: {
    what: 'Your new PIN waits for approval: the device could not prove what it is.',
    todo: 'Ask your help desk to approve it, then choose “Forgot PIN?” again.',
  },
  unlockApproved: {
    what: 'An operator approved a new PIN.',
    todo: 'Choose “Forgot PIN?” and connect the device.',
  },
  askedBack: (reason) => ({
    what: because('An operator asks you to give this device back', reason),
    todo: 'Connect it and choose “Give back”. Its keys, certificates, PIN and PUK will be lost. Then hand it in.',
  }),
  codeIssued: (time) => ({
    what: `An operator issued a one-time code for a new PIN: ${time}.`,
    todo: 'If you did not ask for one, call your help desk at once.',
  }),
  declined: (reason) => ({
    what: `An operator declined the device: “${reason}”`,
    todo: 'Ask your help desk what to do, or use another device.',
  }),
  failed: {
    what: 'The issuance failed.',
    todo: 'Connect the device and finish setup.',
  },
  failedCanStartAgain: 'Reconnect to continue, or start over (this erases the device).',
  cancelled: 'It was cancelled before it was finished.',
  initialPin: {
    what: 'The device still has its initial PIN.',
    todo: 'Ask your help desk for it, then set your own.',
  },
  setOwnPin: 'Set your own PIN',
  pinToChoose: {
    what: 'Only your PIN is left.',
    todo: 'Connect the device and finish setup. You can’t use it until you set a PIN.',
  },
  pending: {
    what: 'No PIN was chosen.',
    todo: 'Ask your help desk to activate the device; until then you can’t use it.',
  },
  suspended: (date, reason) => ({
    what: because(`The device was suspended on ${date}`, reason),
    todo: 'Ask your help desk to resume it; until then you can’t use it.',
  }),

  goodUntil: (date) => `Good until ${date}`,
  details: 'Details',
  noLongerUsed: 'No longer used',
  givenBackOn: (date) => `Given back on ${date}.`,
  beingErased: 'Revoked, and not erased yet.',
  finishErasing: 'Finish giving back',
  terminatedOn: (date, reason) => because(`Terminated on ${date}`, reason),
  questions: 'Questions?',

  id: 'Id',
  serialNumber: 'Serial number',
  notProved: (value) => `${value} (not proved)`,
  issued: 'Issued',
  activated: 'Activated',
  keys: 'Keys created on device',
  proof: { attested: 'verified', 'not-proved': 'not verified' },
  managementKey: 'Management key',
  managementKeyConfigured: 'the one configured for this model; the card can’t change it',

  mobile: {
    added: 'Added',
    systemVersion: 'System version',
    keys: 'Keys',
    keysNotConfirmed: 'created on the device, not confirmed by its vendor',
  },
  deleteMobile: {
    label: 'Delete Mobile',
    title: (name) => `Delete ${name}?`,
    consequence: 'Its certificates are revoked, and nobody can sign in with it any more. You can add it again later.',
    encrypted: 'Without its profile, the device can’t read messages that were encrypted for it.',
    profile: 'The profile stays on the device. Remove it there, in Settings > General > VPN & Device Management.',
    cancel: 'Cancel',
    done: (name) =>
      `${name} is deleted. Now remove the profile on the device, in Settings > General > VPN & Device Management.`,
  },

  purposes: {
    '9A': 'Authentication',
    '9C': 'Digital signature',
    '9D': 'Key management',
    '9E': 'Card authentication',
    'phone-identity': 'Device identity',
    'phone-authentication': 'Sign-in',
    'phone-signature': 'Signature',
    'phone-encryption': 'Encryption',
  },
  certificate: 'Certificate',
  key: 'Key',
  valid: 'Valid',
  status: 'Status',
  certificateStates: { good: 'Valid', 'on-hold': 'On hold', revoked: 'Revoked', expired: 'Expired' },

  passkeys: 'Passkeys',
  passkeyName: 'Name at the service',
  created: 'Created',
  lastUsed: 'Last used',
  notOnDevice: {
    label: 'Not proved to be on this device',
    explanation:
      'Your browser created this passkey, and could not show where. It may be on another security key, your phone or your computer.',
  },

  list: {
    search: 'Search',
    showAll: 'Show all',
    more: 'Show more',
    owner: 'Owner',
    state: 'State',
    everyState: 'Every state',
    model: 'Model',
    everyModel: 'Every model',
    none: 'No device matches.',
    devices: (count, isAll) => shown(count, 'device', 'devices', isAll),
    entries: (count, isAll) => shown(count, 'entry', 'entries', isAll),
    manyOwners: 'Many people have a name like this, and not all of their devices are shown. Type more of the name.',
  },
};

const because = (what: string, reason: string | null): string =>
  reason === null ? `${what}.` : `${what}: “${reason}”`;

const shown = (count: number, one: string, several: string, isAll: boolean): string =>
  count === 1 ? `1 ${one}.` : isAll ? `All ${count} ${several}.` : `${count} ${several}, and there are more.`;
