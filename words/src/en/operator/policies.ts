import { plural } from '../../plural.js';

const count = plural('en');

/** The words of device policies, and of the certificates that they trust. */
export const policies = {
  /** @param model name of the model */
  formOf: (model: string) => `Policy for ${model}`,
  save: 'Save',
  saved: 'Saved.',
  proposed: 'Proposed. It counts once an administrator who is independent of you has confirmed it.',
  /** Words of the question before unsaved changes are lost. */
  unsaved: {
    question: 'Discard your changes?',
    consequence: 'You have changed a device policy and not saved it.',
    discard: 'Discard',
    stay: 'Keep editing',
  },
  addSecurityKeys: 'Add a policy for security keys',
  forSecurityKeys: 'Security keys have no smart card: they get passkeys alone.',

  attestation: 'Attestation',
  unprovenKeys: 'Devices whose keys no vendor attests',
  unprovenPasskeys: 'Devices whose passkeys no vendor attests',
  unproven: {
    refuse: 'refuse the device',
    supervised: 'issue, on hold until approved',
    allow: 'issue like any other',
  },
  withoutSerialBefore: 'Hold for approval without a signed serial number, before firmware',
  withoutSerialForm:
    'A firmware version, as in 5: older devices are held and not refused. Leave it empty to refuse them too.',

  certificates: {
    title: 'Keys and certificates',
    days: 'Certificates are valid for (days)',
    renewalDays: 'They can be renewed before they end (days)',
    noKey: 'no key',
    /** @param slot key reference of the slot */
    renewedKey: (slot: string) => `When ${slot} is renewed`,
    renewedKeys: { 'same-key': 'keep the key', 'new-key': 'make a new key' },
    newKeyAndOld: 'make a new key where the card can keep the old one',
    newKeyWithoutOld: 'always make a new key, even if encrypted mail can no longer be read',
    cannotSign: 'If the 9D key cannot sign',
    whereItCannot: {
      refuse: 'refuse the device',
      'accept-attested': 'certify it where its vendor attests it',
      'leave-out': 'leave 9D out',
    },
  },
  pin: {
    title: 'PIN',
    shortest: 'Shortest',
    longest: 'Longest',
    digitsOnly: 'Digits only',
    forbidTrivial: 'Refuse repeated and consecutive characters',
    unlockNeedsCode: 'A forgotten PIN takes a one-time code of an operator',
    pinpad: 'Where the PIN is entered',
    whereEntered: {
      never: 'in the window',
      'if-present': 'at a reader with a keypad, or in the window',
      required: 'at a reader with a keypad',
    },
    pinpadHint: 'At a keypad, nobody can refuse a PIN that is easy to guess.',
  },
  card: {
    title: 'Management key, attestation, used devices',
    algorithm: 'Algorithm of the new management key',
    factoryAlgorithm: 'Algorithm of the factory management key, by first firmware',
    factoryAlgorithmForm: 'A firmware version and an algorithm, as in 0: 3DES, 5.7: AES-192',
    acceptFixed: 'Accept cards that cannot change it',
    used: 'Used devices that can be erased',
    reset: { allow: 'erase, then issue', refuse: 'refuse the device' },
  },
  factory: {
    title: 'Factory values',
    hint: '(fill in all three, or none to keep those that are set)',
    pin: 'PIN',
    puk: 'PUK',
    managementKey: 'Management key (hexadecimal)',
    otherManagementKeys: 'Further management keys, for cards with another one',
    otherManagementKeysHint: 'An algorithm and a hexadecimal key each, as in AES-128: 0a0b…, AES-256: 0c0d…',
    confidential: 'They are confidential: the PUK goes only to a device that proved what it is, or with an approval',
  },

  passkeys: {
    title: 'Passkeys',
    hint: '(the device gets one at each service)',
    notConfigured: (service: string) => `${service} (no longer configured)`,
    noService: 'No passkey service is configured for this portal.',
    ways: { host: 'by the host', page: 'in the portal’s page', window: 'in a service window' },
    noWay: 'none',
    /** Labels of the choices of a way to create a passkey, in the order in which the ways are tried. */
    places: { first: 'How it is created', second: 'If that is not possible', third: 'If neither is' },
    notProved: 'A passkey that is not proved to be on the device',
    unproved: { accept: 'accept and label it', refuse: 'refuse it' },
    pin: 'PIN of the FIDO application',
    pins: { separate: 'a PIN of its own', shared: 'the device PIN' },
    shortestPin: 'Shortest FIDO PIN of its own',
    unknownPin: 'If the user does not know its PIN',
    resets: { allow: 'reset with consent', refuse: 'end the issuance' },
    forbidTrivial: 'Refuse repeated and consecutive characters in a FIDO PIN',
  },

  /** Words for changes of trust, in policies and in the vendors' certificates that policies trust. */
  trust: {
    waiting: 'Changes of trust that wait for an independent administrator',
    proposedBy: (operator: string, time: string) => `Proposed by ${operator}, ${time}`,
    proposedByYou: (time: string) => `Proposed by you, ${time}`,
    /** @param names user names of those who can confirm it */
    waitsFor: (names: string) => `Waits for one of: ${names}`,
    waitsForNobody:
      'Nobody can confirm it now. It takes an administrator who was appointed on the server, by your organization’s provider, or by two others.',
    /** Why the reader cannot confirm it. @param names user names through which author and reader hang together */
    notIndependent: (author: string, names: string) =>
      `You can’t confirm it: your account and ${author}’s are not independent. Both are in the hands of ${names}.`,
    confirm: 'Confirm',
    withdraw: 'Withdraw',
    refuse: 'Refuse',
    question: 'Change what is trusted?',
    countsAtOnce: 'It counts at once for every device of this model.',
    alone:
      'The settings of the portal let one administrator act alone, so this counts at once. The audit log says that nobody else confirmed it.',
    countsOnceConfirmed: 'It counts once an administrator who is independent of you has confirmed it.',
    change: 'Change',
    propose: 'Propose',
    /** Words that only screen readers announce. */
    before: 'Before:',
    after: 'After:',
  },

  vendors: {
    title: 'Attestation certificates',
    /** The words between asterisks become a link. */
    hint: 'A device proves its keys by certificates that lead to one of these roots. Yubico publishes its own at *developers.yubico.com/PKI*: import yubico-ca-1.pem, yubico-piv-ca-1.pem and yubico-intermediate.pem. A new root waits for an independent administrator, unless the settings let one act alone. What is removed counts at once.',
    none: 'There is none yet: no device can prove its keys.',
    removeOne: (name: string) => `Remove ${name}`,
    /** Words of the question before a certificate is removed. */
    removal: {
      question: (name: string) => `Remove ${name}?`,
      /** @param devices number of devices in use that rely on the root */
      relying: (devices: number) =>
        devices === 0
          ? 'No device in use relies on it.'
          : count(devices, {
              one: 'One device in use relies on it, and can then no longer prove what it is.',
              other: `${devices} devices in use rely on it, and can then no longer prove what they are.`,
            }),
      below: 'Devices whose certificates lead through it can then no longer prove what they are.',
      countsAtOnce: 'It counts at once. To trust it again, import it again.',
    },
    roles: { root: 'root', intermediate: 'intermediate' },
    known: 'known to Cardwright',
    notKnown: 'not known to Cardwright',
    fingerprint: 'SHA-256 of the certificate',
    file: 'PEM file of the vendor',
    orText: 'or its text',
    import: 'Import',
    trustUnknown: 'Trust a certificate that Cardwright does not know',
    verdicts: {
      imported: 'Imported.',
      present: 'Was there already.',
      'left-out': 'Left out: its vendor uses it for other applications.',
      withheld: 'Not imported because of the others.',
      waiting: 'Waits for another administrator.',
      unknown: 'Not imported: compare its fingerprint with the one that the vendor publishes.',
      unusable: 'Not imported.',
    },
    problems: {
      unreadable: 'It cannot be read.',
      'no-authority': 'It is not allowed to sign certificates.',
      signature: 'Its own signature does not hold, or is made with an algorithm that does not count.',
      expired: 'It has expired.',
      'not-yet-valid': 'It is not valid yet.',
    },
    nothingImported: 'Nothing was imported.',
    proposed: 'Proposed. They count once another administrator has confirmed them.',
    imported: (certificates: number) => `Imported: ${certificates}.`,
  },
};
