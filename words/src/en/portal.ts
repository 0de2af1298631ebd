import { plural } from '../plural.js';

const count = plural('en');

/** Advice on a device for its owner: what happened, and what to do next. */
export interface Advice {
  readonly what: string;
  readonly todo: string;
}

/** The system of a mobile device: `iOS` or `iPadOS`, its version as far as it is known, and the build or version that the device signed. */
export interface System {
  readonly name: string;
  readonly version: string | null;
  readonly isBeta: boolean;
  readonly signed: string;
}

/** The words of the portal's pages for users. */
export const words = {
  pages: 'Pages',
  myDevices: 'My Devices',
  operator: 'Operator',
  language: 'Language',
  signOut: 'Sign out',

  signIn: 'Sign in',
  userName: 'User name',
  password: 'Password',
  signInProblems: {
    LOGIN_REQUIRED: 'Wrong user name or password.',
    RATE_LIMITED: 'Too many attempts. Try again later.',
    PASSKEY_LOGIN_REFUSED: 'You can’t sign in with this passkey. Try another one, or use your password.',
  },
  /** Shown on the sign-in page to a person whose session ended in the middle of its use. */
  sessionEnded: 'Your session has ended. Sign in again.',
  signInWithPasskey: 'Sign in with a passkey',
  /** Label of a button. `title` names a provider, as an administrator has called it. */
  signInWith: (title: string) => `Sign in with ${title}`,
  /** Shown after the return from a provider. */
  signingIn: 'You’re being signed in …',
  /** Why a provider's sign-in opened no session. */
  signInRefusals: {
    away: 'This way to sign in isn’t available now. Try again in a few minutes.',
    unproved: 'You aren’t signed in. Try again.',
    taken: 'Your user name already belongs to another account here. Ask your help desk.',
    'not-permitted': 'Your organisation doesn’t allow you to use this portal. Ask your help desk.',
  },
  /** Word between the password form and the button for a passkey. */
  or: 'or',
  /** Shown if the browser could not use any passkey. */
  noPasskeyHere: 'Your browser can’t use a passkey here. Use your password.',
  /** Precedes the help desk's name. */
  cannotSignIn: 'Can’t sign in? Ask your help desk.',

  /** Words of the pages on which people change their password, and set one by a link. */
  passwords: {
    /** Label of the link to the page. */
    link: 'Password',
    changeTitle: 'Change password',
    present: 'Present password',
    new: 'New password',
    again: 'The same password again',
    rules:
      '12 characters or more, without your user name. A few words that have nothing to do with each other are easy to remember.',
    changed: 'Your password is changed. You are signed out in all other browsers.',
    advice: 'Your password no longer meets the rules. Change it now.',
    later: 'Not now',
    different: 'The two new passwords are not the same.',
    /** Why a new password is refused. */
    problems: {
      empty: 'Enter a new password.',
      short: 'It has fewer than 12 characters.',
      long: 'It has more than 200 characters.',
      untypeable: 'It has characters that can’t be typed.',
      uniform: 'It has fewer than 6 different characters.',
      'user-name': 'It contains your user name.',
      'guessed-first': 'It contains what attackers guess first.',
      common: 'It is on the list of common passwords. Choose one that nobody else has.',
      same: 'It is the present password.',
    },
    setTitle: 'Set your password',
    /** @param name name of the owner of the account */
    linkFor: (name: string) => `This link is for ${name}.`,
    setButton: 'Set password',
    set: 'Your password is set.',
    linkNotValid: 'This link is no longer valid. Ask your help desk for another one.',
  },

  /** Words of the form that asks a signed-in user for a new proof of identity. */
  /** Ways by which people sign in. */
  ways: { password: 'Password', passkey: 'Passkey', card: 'Device and PIN' },

  /** Words of the page of one's own account. */
  account: {
    title: 'My account',
    access: 'What happened to your account',
    accessHint: 'If you do not recognize something, end the session, change your password, and contact your help desk.',
    columns: { what: 'What', when: 'When', address: 'Address', way: 'By' },
    by: { other: 'By someone of your organization.' },
    thisSession: 'In this session.',
    /** Why a session ended, or an entry was refused. */
    reasons: {
      PASSWORD_INCORRECT: 'Wrong password.',
      LOGIN_REQUIRED: 'A fresh proof of identity was missing.',
      idle: 'It was not used.',
      lifetime: 'Its time was over.',
      'ended-by-user': 'You ended it.',
      'too-many': 'You signed in once more, and had too many sessions.',
      'role-changed': 'Your roles were changed.',
      'account-changed': 'Your account was changed.',
      'passkeys-removed': 'Your passkey was removed.',
      'signed-in-again': 'Someone signed in again in this browser.',
      'signed-out-at-provider': 'You signed out at your organization.',
      'refused-by-provider': 'Your organization no longer lets you sign in.',
      'provider-removed': 'The way in which you signed in was removed.',
    },
  },

  /** Words of the list of a person's sessions. */
  sessions: {
    title: 'Signed-in browsers',
    hint: 'End what you do not recognize or no longer use. A browser that nobody uses is signed out after a while.',
    columns: {
      browser: 'Browser',
      address: 'Address',
      way: 'Signed in by',
      since: 'Since',
      lastUsed: 'Last used',
      actions: 'Actions',
    },
    thisOne: 'This one',
    end: 'End',
    /** Label of the button for one browser. */
    endOf: (browser: string) => `End ${browser}`,
    endOthers: 'End all others',
    endAll: 'End all',
    signOutEverywhere: 'Sign out everywhere',
    ended: (number: number) =>
      count(number, { one: 'Ended.', other: number === 0 ? 'It had ended already.' : `${number} ended.` }),
    none: 'No browser is signed in.',
    unknownBrowser: 'Unknown browser',
    browserOn: (browser: string, system: string) => `${browser} on ${system}`,
  },

  /** Words of the second step of a sign-in. */
  secondStep: {
    title: 'One more step',
    /** For people who have a passkey. */
    use: { hint: 'Confirm with your passkey that it’s you.', button: 'Use a passkey' },
    /** For people who have a device with a login certificate, and no passkey. */
    card: { hint: 'Confirm with one of your devices and its PIN that it’s you.', button: 'Use one of your devices' },
    /** Hint for people who have both. */
    either: 'Confirm with your passkey, or with one of your devices and its PIN, that it’s you.',
    /** Shown if the proof of a device is no longer enough. */
    cardRefused: 'This device can’t confirm any more that it’s you. Ask your help desk.',
    /** For people who have none yet. */
    register: {
      hint: 'From now on you need a passkey to sign in, besides your password: your fingerprint, your face or a PIN on this device or your phone, or a security key.',
      button: 'Set up a passkey',
    },
    someoneElse: 'Sign in as someone else',
    /** Precedes the help desk's name. */
    lost: 'Can’t do that? Ask your help desk.',
    /** Shown if the first step was too long ago. */
    again: 'Sign in once more to set up your passkey.',
  },

  /** Words of the list of one's own passkeys for signing in. */
  signInPasskeys: {
    title: 'Passkeys for signing in',
    hint: 'A passkey confirms that it’s you: by your fingerprint, your face, or a PIN. Have two of them, so that you can still sign in if you lose one.',
    none: 'You have no passkey here. Passkeys on your devices are in My Devices.',
    columns: { name: 'Name', since: 'Since', lastUsed: 'Last used', actions: 'Actions' },
    neverUsed: 'never',
    /** Said of a passkey of which the browser's vendor, or another program, keeps copies. */
    backedUp: 'Also on your other devices',
    add: 'Add a passkey',
    rename: 'Rename',
    remove: 'Remove',
    /** Labels of the buttons for one passkey. */
    renameOf: (name: string) => `Rename ${name}`,
    removeOf: (name: string) => `Remove ${name}`,
    renameTitle: 'Rename passkey',
    removeTitle: 'Remove this passkey?',
    removeHint: (name: string) => `You can no longer sign in with “${name}”.`,
    proveTitle: 'Confirm that it’s you',
    cancel: 'Cancel',
    save: 'Save',
    added: 'Passkey added.',
    renamed: 'Passkey renamed.',
    removed: 'Passkey removed.',
    refusals: {
      'too-many': 'You have ten passkeys. Remove one first.',
      known: 'This passkey is already registered.',
      last: 'This is your last passkey, and you need one to sign in. Add another one first.',
    },
    problems: {
      none: 'None of your passkeys can be used now. Ask your help desk.',
      known: 'This device already has a passkey for you.',
      notHere: 'Your browser can’t use a passkey here. Try another browser or device.',
      name: 'A name has 1 to 64 characters.',
      PASSKEY_LOGIN_REFUSED: 'This passkey doesn’t count here. Try another one.',
      PASSKEY_REFUSED: 'The passkey couldn’t be set up. Try once more.',
      RATE_LIMITED: 'Too many attempts. Try again later.',
    },
  },

  /** Words of the form in which someone proves again who they are. */
  freshProof: {
    /** Said in a dialog of the operator's pages. */
    why: 'First prove that it’s you. The last proof was more than ten minutes ago.',
    confirm: 'Confirm',
    withPasskey: 'Use a passkey',
    /** Label of a button. `title` names a provider, as an administrator has called it. */
    withProvider: (title: string) => `Continue with ${title}`,
    /** Shown while a window of the provider is open, or may be. */
    inWindow: 'Prove who you are in the window that has opened. If you closed it, press the button again.',
    windowProblems: {
      blocked: 'Your browser blocked the window. Allow it to open windows of this page, and press the button again.',
      late: 'Nothing came back from the window. Press the button again.',
      away: 'This way isn’t available now. Try again in a few minutes.',
      unproved: 'That didn’t prove that it’s you. Try again as the person who is signed in here.',
      taken: 'Your user name already belongs to another account here. Ask your help desk.',
      'not-permitted': 'Your organisation doesn’t allow you to use this portal. Ask your help desk.',
    },
    /** Shown in the window of the provider at its end. */
    proved: 'It’s you.',
    closeWindow: 'You can close this window.',
    /** Shown if there is no way of a proof. */
    none: 'Sign out, and sign in again.',
    /** Shown if the browser could not use any passkey. */
    noPasskeyHere: 'Your browser can’t use a passkey here. Choose another way.',
    problems: {
      PASSWORD_INCORRECT: 'Wrong password.',
      RATE_LIMITED: 'Too many attempts. Try again later.',
      PASSKEY_LOGIN_REFUSED: 'This passkey doesn’t count here. Try another one, or another way.',
    },
  },

  addDevice: 'Add Device',
  addMobile: 'Add Mobile',
  noDevice: 'No devices yet.',
  /** Shown instead of `noDevice` if the user had devices before. */
  noDeviceInUse: 'No devices in use.',
  /** Advice for a user who has no device. */
  whatYouNeed: {
    title: 'What you need',
    needs: [
      'A smart card and a card reader, or a security key',
      'A PIN that you choose yourself',
      'About five minutes',
    ],
    /** Shown if mobile devices can be added. */
    mobile: 'Or just an iPhone or iPad with iOS 18 or later.',
  },
  /** Heading above the administrator's text about getting a device. */
  whereToGet: 'Where to get a device',
  /** Marks a device that was just added. */
  added: 'New',

  states: {
    available: 'Available',
    producing: 'Being set up',
    pending: 'PIN missing',
    'awaiting-approval': 'Awaiting approval',
    active: 'Active',
    suspended: 'Suspended',
    failed: 'Setup failed',
    terminated: 'Terminated',
  },
  /** State `pending` of a mobile device, which has no PIN: it was sent everything, and has not shown that it installed it. */
  installing: 'Installing',
  finishSetup: 'Finish setup',
  startAgain: 'Start over',
  interrupted: {
    what: 'Setup is not finished.',
    todo: 'Connect the device and choose “Finish setup”: what is done already is kept.',
  },
  /** Advice on a device whose PIN is set, and which an operator must approve. */
  awaitingApproval: {
    what: 'The device waits for approval: your help desk checks every device of this kind.',
    todo: 'There is nothing for you to do: your PIN is set. You can use the device once your help desk has approved it.',
  },
  /** Advice on a setup that an operator must approve before it can continue. After the approval, `approved` replaces it. */
  approvalNeeded: {
    what: 'Setup waits for approval: the device could not prove what it is.',
    todo: 'Ask your help desk to approve it. Then connect the device and choose “Finish setup”. What is done already is kept.',
  },
  approved: {
    what: 'Your help desk approved the setup. It is not finished yet.',
    todo: 'Connect the device and choose “Finish setup”.',
  },
  unlockApprovalNeeded: {
    what: 'Your new PIN waits for approval: the device could not prove what it is.',
    todo: 'Ask your help desk to approve it, then choose “Forgot PIN?” again.',
  },
  unlockApproved: {
    what: 'Your help desk approved a new PIN.',
    todo: 'Choose “Forgot PIN?” and connect the device.',
  },
  /** What an operator asks the owner of a device for. */
  work: {
    /** Advice by the kind of the work. The reason is the operator's; null if the operator gave none. */
    kinds: {
      renew: (reason: string | null): Advice => ({
        what: because('Your help desk asks you to renew the certificates of this device', reason),
        todo: 'Connect it and choose “Renew”. You need its PIN.',
      }),
      update: (reason: string | null): Advice => ({
        what: because('Your help desk asks you to update this device', reason),
        todo: 'Connect it and choose “Update”. You need its PIN.',
      }),
      'change-pin': (reason: string | null): Advice => ({
        what: because('Your help desk asks you to change the PIN of this device', reason),
        todo: 'Connect it and choose “Change PIN”.',
      }),
      erase: (reason: string | null): Advice => ({
        what: because('Your help desk asks you to give this device back', reason),
        todo: 'Connect it and choose “Give back”. Its keys, certificates, PIN and PUK will be lost. Then hand it in.',
      }),
    },
    /** @param operator user name */
    asked: (operator: string, date: string, until: string) => `Asked by ${operator} on ${date}, until ${until}.`,
  },
  /**
   * Advice on a device for which an operator issued a one-time code for a new PIN.
   *
   * @param time when the operator issued the code
   */
  codeIssued: (time: string): Advice => ({
    what: `Your help desk gave out a one-time code for a new PIN: ${time}.`,
    todo: 'If you did not ask for one, call your help desk at once.',
  }),
  /** Advice on a device that an operator declined. */
  declined: (reason: string): Advice => ({
    what: `Your help desk declined the device: “${reason}”`,
    todo: 'Ask your help desk what to do, or use another device.',
  }),
  failed: {
    what: 'Setup failed.',
    todo: 'Connect the device and choose “Finish setup”.',
  },
  /** Shown if setup failed and the card can be erased, so that its owner can continue or start over. */
  failedCanStartAgain: 'Reconnect to continue, or start over (this erases the device).',
  /** Shown if another setup of the same device would fail in the same way. */
  failedForGood: 'Use another device, or ask your help desk for another attempt.',
  cancelled: 'It was cancelled before it was finished.',
  /** Advice on an active device that still has its initial PIN. Operators can display this PIN. */
  initialPin: {
    what: 'The device still has its initial PIN.',
    todo: 'Ask your help desk for it, then set your own.',
  },
  setOwnPin: 'Set your own PIN',
  pinToChoose: {
    what: 'Only your PIN is left.',
    todo: 'Connect the device and choose “Finish setup”. You can’t use it until you set a PIN.',
  },
  pending: {
    what: 'No PIN was set.',
    todo: 'Ask your help desk to activate the device. Until then you can’t use it.',
  },
  notInstalled: {
    what: 'The device has not shown yet that its profile is installed.',
    todo: 'On its Home Screen, open the icon “Finish setup”, and tap the button. If there is no such icon, delete the mobile device here, and add it again with a new code.',
  },
  /** @param reason the operator's reason; null if the operator gave none */
  suspended: (date: string, reason: string | null): Advice => ({
    what: because(`The device was suspended on ${date}`, reason),
    todo: 'Ask your help desk to resume it. Until then you can’t use it.',
  }),

  /**
   * Validity of a device.
   *
   * @param date day on which the first of its certificates expires
   */
  goodUntil: (date: string) => `Good until ${date}`,
  /** Shown instead of `goodUntil` in the last 30 days. */
  expiresIn: (days: number, date: string) =>
    count(days, { one: `Expires in one day, on ${date}`, other: `Expires in ${days} days, on ${date}` }),
  /** Shown once certificates have expired. */
  expiredOn: (date: string) => `Expired on ${date}`,
  /** Heading of the collapsed part of a device's card. */
  details: 'Details',
  /** Heading above the devices that were terminated or given back. */
  noLongerUsed: 'No longer used',
  givenBackOn: (date: string) => `Given back on ${date}.`,
  /** Shown for a device that its owner is giving back, until the device is erased. */
  beingErased: 'Revoked, but not erased yet.',
  finishErasing: 'Finish giving back',
  /** @param reason the operator's reason; null if the operator gave none */
  terminatedOn: (date: string, reason: string | null) => because(`Terminated on ${date}`, reason),
  /** Precedes the help desk's name. */
  questions: 'Questions?',

  id: 'Id',
  serialNumber: 'Serial number',
  /** Marks a value that no signature proves: only the page and the host claim it. */
  notProved: (value: string) => `${value} (not proved)`,
  setUp: 'Set up',
  activated: 'Activated',
  keys: 'Keys created on the device',
  proof: { attested: 'proved', 'not-proved': 'not proved' },
  managementKey: 'Management key',
  managementKeyConfigured: 'that of this model; the card can’t change it',

  /** Names of facts about a mobile device. */
  mobile: {
    added: 'Added',
    system: 'System',
    systemOf: ({ name, version, isBeta, signed }: System) => {
      if (version === null) return `${name}, build ${signed}`;
      return `${name} ${version}${isBeta ? ' beta' : ''}${signed === version ? '' : ` (${signed})`}`;
    },
    keys: 'Keys',
    keysNotConfirmed: 'created on the device, not confirmed by its vendor',
  },
  /** Words of the dialog in which an owner gives a device a name. */
  rename: {
    label: 'Rename',
    title: 'Name this device',
    name: 'Name',
    hint: 'At most 60 characters. Leave it empty to use the model’s name. Your help desk can read it too.',
    save: 'Save',
    refused: 'Use at most 60 characters, all of which can be seen.',
  },
  removePasskey: {
    label: 'Remove',
    /** Name of the button for those who do not see its line. @param service title of the service */
    labelFor: (service: string) => `Remove the passkey for ${service}`,
    /** @param service title of the service */
    title: (service: string) => `Remove the passkey for ${service}?`,
    /** @param service title of the service @param device name of the device */
    consequence: (service: string, device: string) =>
      `With this device (${device}), you can no longer sign in to ${service}. Make sure that you have another way to sign in there.`,
    steps:
      'It is removed at the service first, and then on the device if this computer can do that. Have its FIDO PIN ready.',
    /** Shown if the device has no other passkey. */
    last: 'It is the only passkey on this device.',
    cancel: 'Cancel',
  },
  deleteMobile: {
    label: 'Delete Mobile',
    /** @param name name of the device */
    title: (name: string) => `Delete ${name}?`,
    consequence: 'Its certificates are revoked, and nobody can sign in with it any more. You can add it again later.',
    /** Shown if the device has a certificate with which messages to it are encrypted. */
    encrypted: 'Without its profile, the device can’t read messages that were encrypted for it.',
    /** What the user must do on the device afterwards. */
    profile: 'The profile stays on the device. Remove it there, in Settings > General > VPN & Device Management.',
    cancel: 'Cancel',
    done: (name: string) =>
      `${name} is deleted. Now remove the profile on the device, in Settings > General > VPN & Device Management.`,
  },

  /** A report of what happened to a device, and what its owner does about the report. */
  report: {
    label: 'Report a problem',
    /** @param name name of the device */
    title: (name: string) => `What happened to ${name}?`,
    incidents: {
      'left-at-home': 'I left it at home',
      lost: 'I lost it',
      damaged: 'It is damaged',
      stolen: 'It was stolen',
    },
    /** What was reported, on the device's card and on operators' pages. */
    reported: {
      'left-at-home': 'left at home',
      lost: 'lost',
      damaged: 'damaged',
      stolen: 'stolen',
    },
    consequence: 'The device is suspended at once: its certificates are on hold, and it can’t be used.',
    canTakeBack: 'If you left it at home or find it again, you can take the report back.',
    cannotTakeBack: 'You can’t take back that it is damaged or was stolen. Only your help desk can undo that.',
    /** @param services the services at which the device has passkeys, as a list */
    passkeys: (services: string) =>
      `Its passkeys can’t be suspended everywhere: ${services}. If the device was stolen, they are deleted there for good. Otherwise they stay until the device is replaced or terminated.`,
    phone: 'The profile stays on the mobile device. Lock or erase it yourself with “Find My”.',
    confirm: 'Report and suspend',
    done: 'The device is suspended.',
    takeBack: 'I have it again',
    takenBack: 'The report is taken back.',
    takeBackTitle: (name: string) => `Use ${name} again?`,
    takeBackConsequence: 'The device returns to the state that it had before, and its certificates are valid again.',
    replace: 'Replace it',
    replaceTitle: (name: string) => `Replace ${name}?`,
    replaceConsequence:
      'You set up another device now. Once that is active, this one is terminated, with its certificates and passkeys.',
    cancel: 'Cancel',
    /** Says on the device's card what its owner reported. */
    suspended: (what: string, date: string) => `You reported on ${date}: ${what}. The device is suspended.`,
    /** What the owner of a reported device can do. */
    todo: {
      'left-at-home': 'Take the report back once you have it again.',
      lost: 'Replace it, or take the report back if you find it.',
      damaged: 'Replace it, or ask your help desk.',
      stolen: 'Replace it, or ask your help desk.',
    },
  },

  /** Purposes of keys, by the PIV slot of their certificate (SP 800-73-4 Part 1, 3.1 and 3.2) or by the kind of a phone's certificate. */
  purposes: {
    '9A': 'Sign-in',
    '9C': 'Signature',
    '9D': 'Encryption',
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
  /** Label of the name under which the service lists the passkey. */
  passkeyName: 'Name at the service',
  created: 'Created',
  /** @param date day on which the passkey was registered */
  since: (date: string) => `since ${date}`,
  lastUsed: 'Last used',
  /** Marks a passkey that may be on another authenticator, because nothing proves that it is on this device. */
  notOnDevice: {
    label: 'Not proved to be on this device',
    explanation:
      'Your browser created this passkey, and could not show where. It may be on another security key, your phone or your computer.',
  },

  /** Words of paged lists, and of the search in the operator's list of devices. */
  list: {
    search: 'Search',
    showAll: 'Show all',
    more: 'Show more',
    owner: 'Owner',
    state: 'State',
    everyState: 'All states',
    model: 'Model',
    everyModel: 'All models',
    /** Field for the time until the certificates of an active device expire. */
    expiry: 'Expiry',
    everyExpiry: 'Any time',
    expiries: {
      ended: 'Expired',
      week: 'Within a week',
      'two-weeks': 'Within 2 weeks',
      'four-weeks': 'Within 4 weeks',
      'twelve-weeks': 'Within 12 weeks',
    },
    /** Field for whether something waits for the owner of the device. */
    work: 'Asked for',
    anyWork: 'Anything',
    workWaits: 'Something',
    /** Field for whether the owner may no longer sign in. */
    left: 'People',
    everyone: 'Everyone',
    onlyLeft: 'Only those who left',
    none: 'No device matches.',
    /**
     * Number of devices in the list.
     *
     * @param number number of shown devices
     * @param isAll true if these are all devices that match
     */
    devices: (number: number, isAll: boolean) => shown(number, 'device', 'devices', isAll),
    entries: (number: number, isAll: boolean) => shown(number, 'entry', 'entries', isAll),
    /** Shown if too many users have a name that begins with the searched text, so that the search covers only some of these users. */
    manyOwners: 'Many people have a name like this, and not all of their devices are shown. Type more of the name.',
  },
};

const because = (what: string, reason: string | null): string =>
  reason === null ? `${what}.` : `${what}: “${reason}”`;

const shown = (number: number, one: string, several: string, isAll: boolean): string =>
  count(number, {
    one: `1 ${one}.`,
    other: isAll ? `${number} ${several}.` : `The first ${number} ${several}.`,
  });
