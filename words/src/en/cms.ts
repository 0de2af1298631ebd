import { plural } from '../plural.js';
import { models } from './dialogs/models.js';

const count = plural('en');

/**
 * Returns what an erasure removes, as the end of a sentence.
 *
 * @param slots number of slots with a certificate
 */
const loss = (slots: number): string =>
  slots === 0
    ? 'its keys and its PIN for good'
    : count(slots, {
        one: 'its certificates (in one slot), its keys and its PIN for good',
        other: `its certificates (in ${slots} slots), its keys and its PIN for good`,
      });

/** Words of the card management (CMS) for users and operators: reasons of refusals, names of operations and their phases, and changes of trust. */
export const words = {
  /** Sentences for the `reason` of an answer or error, by the code of the reason. */
  reasons: {
    held: 'Another program is using this device.',
    unresponsive: "This device isn't responding.",
    'no-application': 'This device has no application that Cardwright knows.',
    'no-piv': 'This device has no PIV application, which your organisation requires.',
    'passkeys-alone':
      'Your organisation sets up passkeys alone on devices of this kind, but this one has a PIV application too.',
    'contact-needed': 'This device can only be set up in a reader with contacts.',
    'model-not-issued': "Your organisation doesn't use devices of this kind.",
    'attestation-needed': "This device can't prove where its keys were created, which your organisation requires.",
    'management-key-fixed': "This device's management key can't be changed, which your organisation requires.",
    'keys-cannot-sign':
      "A key of this device can't sign its certificate request. Use another device, or ask your help desk for another attempt.",
    'passkey-model-forbidden': "Your organisation doesn't allow passkeys on devices of this model.",
    'passkey-attestation-forbidden':
      "This device can't prove its origin to the passkey service, which your organisation requires.",
    'passkey-person-forbidden': "The passkey service doesn't allow passkeys for your account. Contact your help desk.",
    'passkey-service-forbidden': 'The passkey service accepts no new passkeys. Contact your help desk.',
    'passkey-way-missing':
      "A passkey can't be created on this device at this computer in a way that your organisation allows.",
    'passkey-service-unknown':
      "This portal isn't connected to the service for which the device needs a passkey. Contact your help desk.",
    'issued-to-you': 'This device is already set up for you.',
    'issued-to-another': 'This device belongs to someone else.',
    suspended: 'This device is suspended. Ask your help desk to resume it.',
    pending: 'The PIN of this device is not set. Ask your help desk to activate it.',
    'awaiting-approval': 'This device waits until your help desk has approved it.',
    declined: 'Your help desk declined this device. Ask them for another attempt.',
    terminated: 'This device was terminated. Your help desk can release it for another setup.',
    'not-issued': 'This device was never set up here.',
    'state-refuses': "The device's state doesn't allow this.",
    'no-login-certificate': 'This device has no valid certificate for signing in, so it cannot show that you are here.',
    'no-certificate-to-renew': 'This device has no certificate that can be renewed.',
    'renewal-not-due': "The certificates of this device are good for longer. They can't be renewed yet.",
    'renewal-needs-new-keys':
      "Your organisation's rules for keys have changed since this device was set up, so its certificates can't be renewed. Update it instead. If that isn't offered, give it back, and set it up again.",
    'renewal-slot-taken':
      'Someone has put a key of their own into slot 95 of this device, where the renewal makes new keys. Nothing was changed. Ask your help desk.',
    'renewal-loses-old-key':
      'Its key for encryption is replaced, and this device cannot keep the old one. You will no longer be able to read what was encrypted for you until now, such as old mail.',
    'retired-slots-full':
      'This device has no room for another old key, so its certificates can only be renewed on a new device. Nothing was changed. Ask your help desk.',
    'renewal-key-unknown':
      "The key in slot 9D of this device isn't the one that was set up here. It would be lost, so nothing was changed. Ask your help desk.",
    'renewal-device-unknown':
      'An interrupted renewal has left this device without a key that shows which device it is. Ask your help desk for another setup.',
    'update-not-needed': "This device already has what your organisation's rules say.",
    'update-rules-changed':
      "Your organisation's rules have changed again meanwhile. What was done until now is good. Update the device once more.",
    'update-removes-encryption':
      "Its certificate for encryption is removed, because your organisation no longer uses it. On this device, programs won't find its key any more to read what was encrypted for you until now, such as old mail.",
    'update-keeps-old-key':
      "Its key for encryption stays as it is, although your organisation's rules for it have changed: this device could not keep the old key besides a new one. All other rules are applied.",
    'key-not-new': 'The key is not a new one.',
    'no-passkey-to-add': "This device has every passkey that your organisation's rules provide for it.",
    'no-such-passkey': 'This device no longer has that passkey.',
    'fido-pin-shared': 'The FIDO PIN of this device is its device PIN. Change that PIN.',
    'device-cannot-prove':
      "This device can't prove that it is the one that was set up for you, so no passkey can be added to it.",
    'puk-spent':
      "This device can't get a new PIN any more: too many wrong PUKs were given to it. It can only be erased and set up again.",
    'pin-blocked': 'The PIN of this device is blocked.',
    'broken-off': 'Setup was interrupted.',
    'being-issued': 'This device is already being set up.',
    'locked-for-good': "The PIN and PUK of this device are blocked, and it can't be erased. Ask your help desk.",
    'locked-unproved':
      "The PIN and PUK of this device are blocked, and it can no longer show that it's yours. Ask your help desk.",
    'locked-erasing-refused':
      "The PIN and PUK of this device are blocked, and your organisation doesn't allow erasing it.",
    'puk-spent-for-good': "The PUK of this device can no longer be used, and it can't be erased. Ask your help desk.",
    'puk-spent-erasing-refused':
      "The PUK of this device can no longer be used, and your organisation doesn't allow erasing it.",
    'used-for-good': "This device was used before, and it can't be erased.",
    'used-erasing-refused': "This device was used before, and your organisation doesn't allow erasing it.",

    'attestation-missing': 'There is no attestation.',
    'attestation-unreadable': 'The attestation cannot be read.',
    'attestation-unsigned': 'The attestation is not signed by the attestation key.',
    'attestation-root-unknown': 'The attestation does not lead to a trusted root.',
    'attested-serial-missing':
      'The attestation names no serial number, so the key could be in another device of the same batch.',
    'attested-key-differs': 'The attested key is another one.',
    'attested-serial-differs': 'The attested serial number is another one.',
    'attested-vendor-differs': 'The attested vendor is another one.',
    'attested-firmware-differs': 'The attested firmware is another one.',
    'attested-slot-differs': 'The attested key is in another slot.',
    'firmware-missing': 'The attestation does not name the firmware.',
    'firmware-weak': 'The firmware of this device creates weak keys (ROCA).',
    'pin-policy-differs': 'The PIN policy of the key is not the one requested.',
    'touch-policy-differs': 'The touch policy of the key is not the one requested.',
    'algorithm-differs': 'The key has a different algorithm from the one requested.',
    'key-weak': 'The key is weak: its private half could be found by others.',
    'public-key-unreadable': 'The public key cannot be read.',
    'proof-unsigned': 'The device did not sign the challenge of this portal.',
    'key-of-another-device': 'This key already has a certificate on another device.',
    'request-unreadable': 'The certification request cannot be read.',
    'request-for-another-key': 'The certification request is for another key.',
    'request-by-another-key': "The signature is not by the key of this device's certificate.",
    'request-not-fresh': 'The certification request does not answer the challenge of this portal.',
    'request-unsigned': 'The certification request is not signed with its key.',
    'request-hash': 'The certification request is signed with a hash that is not of the SHA-2 family.',
    'not-erased': "The device wasn't erased completely.",
    'another-device': 'A different device was erased from the one chosen.',
  },
  /**
   * Why a card is refused whose management key no factory key of its policy fits.
   *
   * @param model key of the model's policy
   * @param has algorithm that the card reports; null if it reports none
   * @param refused algorithms that the card refused, in one line
   */
  factoryKey: (model: string, has: string | null, refused: string) =>
    `This device's management key is none of those known for it: ${has === null ? `the card refuses ${refused || 'each'}` : `the card reports ${has}`}. Administrator: add its factory key, with its algorithm, to otherManagementKeys in the policy ${model}.`,
  /** Sentences for reasons with a number, by their code. */
  counted: {
    /** @param limit number of devices that a user may have */
    'device-limit': (limit: number) =>
      count(limit, {
        one: 'You can have one device. To add another, ask your help desk to terminate it.',
        other: `You can have ${limit} devices. To add another, ask your help desk to terminate one of them.`,
      }),
    /** @param slots number of slots with a certificate */
    'erase-used': (slots: number) => `It was used before. Erasing removes ${loss(slots)}.`,
    'erase-puk-spent': (slots: number) => `Its PUK can no longer be used. Erasing removes ${loss(slots)}.`,
    'erase-locked': (slots: number) => `Its PIN and PUK are blocked. Erasing removes ${loss(slots)}.`,
  },
  /** Titles of the operations in a timeline. */
  titles: {
    issue: 'Issuance',
    changePin: 'Change of the PIN',
    unlock: 'New PIN with the PUK',
    renew: 'Renewal of the certificates',
    addPasskey: 'New passkey',
    removePasskey: 'Removal of a passkey',
    changeFidoPin: 'Change of the FIDO PIN',
    update: 'Update',
    erase: 'Give back',
    proveOwner: 'Proof of presence',
  },
  /** Labels of the buttons with which owners start operations. */
  labels: {
    changePin: 'Change PIN',
    unlock: 'Forgot PIN?',
    renew: 'Renew',
    update: 'Update',
    addPasskey: 'Add a passkey',
    removePasskey: 'Remove passkey',
    changeFidoPin: 'Change FIDO PIN',
    erase: 'Give back',
  },
  /** Words for changes of trust in a device policy: the changed setting, and its values before and after. */
  trust: {
    model: 'Model',
    notIssued: 'not issued',
    unprovenKeys: 'Devices that no vendor vouches for',
    unproven: {
      refuse: 'refused',
      supervised: 'on hold until an operator approves them',
      allow: 'issued like any other',
    },
    withoutSerial: 'Devices whose vendor signs no serial number',
    /** @param firmware the first version of which it is not said */
    approvedBefore: (firmware: string) => `on hold until an operator approves them, before firmware ${firmware}`,
    asUnproven: 'like devices that no vendor vouches for',
    passkeys: 'Passkeys that are not proved to be on the device',
    accepted: 'accepted',
    refused: 'refused',
    newPin: 'New PIN with the PUK',
    needsCode: 'needs a one-time code of an operator',
    needsNoCode: 'needs no code',
    days: 'Days for which certificates are valid',
    fixedKey: 'Cards that cannot change their management key',
    cannotSign: 'Cards whose 9D key cannot sign',
    whereItCannot: {
      refuse: 'refused',
      'leave-out': 'issued without a certificate in 9D',
      'accept-attested': 'certified where the vendor attests the key',
    },
    /** @param slot key reference of the slot */
    algorithmOf: (slot: string) => `Algorithm of ${slot}`,
    /** Value of a slot that gets no key. */
    noKey: 'no key',
    /** @param firmware the first version of which it is said */
    managementKeyFrom: (firmware: string) => `Algorithm of the new management key from firmware ${firmware}`,
    root: 'Trusted root',
    intermediate: 'Intermediate certificate',
    notTrusted: 'not trusted',
    unreadable: 'unreadable',
    factoryValues: 'Factory values',
    set: 'set',
    none: 'none',
    others: 'others',
    factoryPuk: 'Factory PUK',
    confidential: 'confidential',
    notConfidential: 'not confidential',
  },
  models,
  /** Names of the phases of operations. */
  phases: {
    finished: 'Finished',
    checkDevice: 'Checking your device',
    pin: 'Waiting for your PIN',
    newPin: 'Waiting for your new PIN',
    securePuk: 'Securing your device',
    confirmErasure: 'Waiting for your confirmation',
    erase: 'Erasing your device',
    checkErased: 'Checking that everything is gone',
    authenticate: 'Unlocking your device',
    prepare: 'Preparing your device for you',
    keys: 'Creating keys',
    certificates: 'Writing your certificates',
    fidoPin: 'Waiting for your FIDO PIN',
    passkey: 'Setting up your passkey',
    removePasskey: 'Removing your passkey',
  },
};
