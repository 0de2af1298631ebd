import type { StartRequest } from '@cardwright/protocol/cms';
import type { InstructionName } from '@cardwright/virtual-card';
import { PASSKEY_FAULTS, PIV_FAULTS, type FaultName } from './faults.js';
import { PIV_PROFILE_NAMES, type SweptProfileName } from './swept-profiles.js';
import type { SessionEnd, Workplace } from './workplace.js';

/** An operation of the sweep, with its preparation. */
export interface SweptOperation {
  /** Title on the page of results. */
  readonly title: string;
  /** The kind of operation that the page starts. */
  readonly kind: StartRequest['kind'];
  /** The cards on which every APDU of it is tried. */
  readonly profiles: readonly SweptProfileName[];
  /** The reason why other profiles are left out; null if none is. */
  readonly leftOut: string | null;
  /** The PIN that the user chooses or enters for an issued device; null if the operation issues the device. */
  readonly newPin: string | null;
  /** The FIDO PIN that the user chooses for an issued device, if the operation changes it. */
  readonly newFidoPin?: string;
  /**
   * The moment at which an operation on an issued device is done: when the device has the PIN or the FIDO PIN, when the CMS has the passkey, when the
   * passkey is gone everywhere, or when the CMS has answered too.
   */
  readonly isDoneWith?: 'pin' | 'fido-pin' | 'passkey' | 'no-passkey' | 'answer';
  /** Set when the owner gives the device back, so that it ends as new. */
  readonly givesBack?: boolean;
  /** Set when the policy wants a new key in each slot, wherever no old key of 9D is lost. */
  readonly replacesKeys?: boolean;
  /**
   * Set when the device gets a passkey, and the CTAP messages of the operation are swept (`passkeyMoments`). All other APDUs are those of an
   * operation without passkeys.
   */
  readonly hasPasskeys?: boolean;
  /** Prepares the operation, starting from a blank card that the CMS does not know. */
  readonly prepare: (workplace: Workplace) => Promise<void>;
}

/** Why operations leave out all profiles but a few. */
const ONE_OF_EACH = 'one YubiKey stands for the others, and one plain card for those that do the same there';
/** Cards that differ in how they keep their PIN, PUK or management key, and one with the protocol T=0. */
const DIFFERENT_PINS = [
  'yubikey',
  'nitrokey-3',
  'piv',
  'piv-history',
  'piv-15-tries',
  'piv-8-digits',
  'piv-aes-256',
  'piv-t0',
] as const satisfies readonly SweptProfileName[];
const OTHER_FIDO = 'one FIDO2 application of each kind stands for the others';
/**
 * A security key without a serial number. If what its passkey changed at the CMS is undone after the service was told, another session cannot know
 * that it has the same key, which then refuses another passkey (`PASSKEY_EXISTS`).
 */
const UNRECOGNISED: SweptProfileName = 'fido-key';
const NO_PIV =
  'a security key without PIV is not given back, and one FIDO2 application of each kind stands for the others';

/** The swept operations. */
export const SWEPT_OPERATIONS = {
  issue: {
    title: 'a blank card is issued',
    kind: 'issue',
    profiles: PIV_PROFILE_NAMES,
    leftOut: 'their PIV applications are those of `yubikey` and `piv`, or they have none',
    newPin: null,
    prepare: () => Promise.resolve(),
  },
  reissue: {
    title: 'a card that was issued before, and that an operator terminated and released, is erased and issued again',
    kind: 'issue',
    profiles: ['yubikey', 'piv'],
    leftOut: ONE_OF_EACH,
    newPin: null,
    prepare: async (workplace) => {
      requireEnd(await workplace.session('issue'), 'active');
      const [device] = await workplace.cms.devices();
      if (!device) throw new Error('no device was issued');
      await workplace.cms.release(device.id);
    },
  },
  resume: {
    title:
      "an issuance is continued that was broken off when the device's own PUK, PIN and management key were on the card",
    kind: 'issue',
    profiles: ['yubikey', 'piv'],
    leftOut: ONE_OF_EACH,
    newPin: null,
    prepare: async (workplace) => {
      const { onAnswer } = workplace;
      workplace.onAnswer = async (at, answer) => {
        if ((await at.cms.audit()).includes('credentials.applied')) at.card.pull();
        await onAnswer(at, answer);
      };
      const end = await workplace.session('issue');
      const [device] = await workplace.cms.devices();
      if (end.kind !== 'error' || device?.state !== 'producing') throw new Error('the issuance was not broken off');
    },
  },
  'change-pin': {
    title: 'the owner of an active device chooses another PIN',
    kind: 'change-pin',
    profiles: ['yubikey', 'piv', 'piv-8-digits'],
    leftOut: ONE_OF_EACH,
    newPin: '862713',
    // The user knows the new PIN from the window, even if the answer is lost.
    isDoneWith: 'pin',
    prepare: async (workplace) => requireEnd(await workplace.session('issue'), 'active'),
  },
  unlock: {
    title: 'the owner of an active device has forgotten the PIN, and gets a new one with the PUK',
    kind: 'unlock',
    profiles: DIFFERENT_PINS,
    leftOut: ONE_OF_EACH,
    newPin: '862713',
    isDoneWith: 'answer',
    prepare: async (workplace) => requireEnd(await workplace.session('issue'), 'active'),
  },
  'unlock-again': {
    title: 'the same after an unlock that was broken off while the card changed its PUK',
    kind: 'unlock',
    profiles: ['yubikey', 'piv'],
    leftOut: ONE_OF_EACH,
    newPin: '862713',
    isDoneWith: 'answer',
    prepare: breakOffUnlock,
  },
  renew: {
    title: 'the owner of an active device renews its certificates for the same keys',
    kind: 'renew',
    profiles: ['yubikey', 'nitrokey-3', 'piv', 'piv-fixed-objects', 'piv-t0'],
    leftOut: ONE_OF_EACH,
    // The PIN that the device has.
    newPin: '739154',
    isDoneWith: 'answer',
    prepare: async (workplace) => requireEnd(await workplace.session('issue'), 'active'),
  },
  'renew-keys': {
    title: 'the owner of an active device renews its certificates, and gets a new key in each slot',
    kind: 'renew',
    profiles: ['yubikey', 'yubikey-5.4', 'piv', 'piv-fixed-objects'],
    leftOut:
      'one YubiKey that moves keys stands for the others, one that does not, and one plain card for those that do the same there',
    // The PIN that the device has.
    newPin: '739154',
    isDoneWith: 'answer',
    replacesKeys: true,
    prepare: async (workplace) => requireEnd(await workplace.session('issue'), 'active'),
  },
  update: {
    title: 'an active device gets a stronger key in 9A and in 9D, and loses 9C, as its policy says by now',
    kind: 'update',
    profiles: ['yubikey'],
    leftOut: 'one YubiKey that moves keys stands for the others; `update-in-place` has those that do not',
    // The PIN that the device has.
    newPin: '739154',
    isDoneWith: 'answer',
    prepare: async (workplace) => {
      requireEnd(await workplace.session('issue'), 'active');
      await workplace.cms.changeSlots({ '9A': 'P-384', '9C': null, '9D': 'P-384' });
    },
  },
  'update-in-place': {
    title:
      'a card that keeps no old key gets a stronger key in 9A, made over the old one, and loses the certificate of 9C',
    kind: 'update',
    profiles: ['yubikey-5.4', 'piv'],
    leftOut: 'one YubiKey that does not move keys stands for the others, and one plain card',
    // The PIN that the device has.
    newPin: '739154',
    isDoneWith: 'answer',
    prepare: async (workplace) => {
      requireEnd(await workplace.session('issue'), 'active');
      await workplace.cms.changeSlots({ '9A': 'P-384', '9C': null });
    },
  },
  'change-pin-after-unlock': {
    title: 'the owner chooses another PIN after such an unlock',
    kind: 'change-pin',
    profiles: ['yubikey', 'piv'],
    leftOut: 'one YubiKey stands for the others, and one plain card',
    newPin: '862713',
    isDoneWith: 'pin',
    prepare: breakOffUnlock,
  },
  'reissue-after-unlock': {
    title:
      'a card is erased and issued again after such an unlock, and after an operator terminated and released its device',
    kind: 'issue',
    profiles: ['yubikey', 'piv'],
    leftOut: 'one YubiKey stands for the others, and one plain card',
    newPin: null,
    prepare: async (workplace) => {
      await breakOffUnlock(workplace);
      const [device] = await workplace.cms.devices();
      if (!device) throw new Error('no device was issued');
      await workplace.cms.release(device.id);
    },
  },
  erase: {
    title: 'the owner of an active device gives it back',
    kind: 'erase',
    profiles: DIFFERENT_PINS,
    leftOut: ONE_OF_EACH,
    newPin: null,
    givesBack: true,
    prepare: async (workplace) => requireEnd(await workplace.session('issue'), 'active'),
  },
  'erase-after-unlock': {
    title: 'a device is given back after an unlock that was broken off while the card changed its PUK',
    kind: 'erase',
    profiles: ['yubikey', 'piv'],
    leftOut: ONE_OF_EACH,
    newPin: null,
    givesBack: true,
    prepare: breakOffUnlock,
  },
  'issue-passkey': {
    title: 'a blank device gets a passkey, after its certificates or alone',
    kind: 'issue',
    profiles: ['yubikey-5.8', 'piv-fido', 'shared-pin', 'fido-key-serial', 'fido-key'],
    leftOut: `${OTHER_FIDO}; nor is \`fido-key\` tried with the transaction after the next undone, after which it refuses another passkey`,
    newPin: null,
    hasPasskeys: true,
    prepare: () => Promise.resolve(),
  },
  'resume-passkey': {
    title: 'an issuance is continued that ended just after the device had made a passkey, before anybody knew of it',
    kind: 'issue',
    profiles: ['yubikey-5.8', 'fido-key-serial'],
    leftOut: OTHER_FIDO,
    newPin: null,
    hasPasskeys: true,
    prepare: async (workplace) => {
      await breakOff(workplace, 'issue', 'CTAP-MAKE-CREDENTIAL');
      if (workplace.card.state.fido?.credentials.length !== 1) throw new Error('there is no passkey');
    },
  },
  'reissue-passkey': {
    title: 'a device with a passkey, which an operator terminated and released, is issued again',
    kind: 'issue',
    profiles: ['yubikey-5.8', 'fido-key-serial'],
    leftOut: OTHER_FIDO,
    newPin: null,
    hasPasskeys: true,
    prepare: async (workplace) => {
      requireEnd(await workplace.session('issue'), 'active');
      const [device] = await workplace.cms.devices();
      if (!device) throw new Error('no device was issued');
      await workplace.cms.release(device.id);
    },
  },
  'erase-passkey': {
    title: 'the owner of an active device with a passkey gives it back',
    kind: 'erase',
    profiles: ['yubikey-5.8', 'piv-fido'],
    leftOut: NO_PIV,
    newPin: null,
    givesBack: true,
    hasPasskeys: true,
    prepare: async (workplace) => requireEnd(await workplace.session('issue'), 'active'),
  },
  'add-passkey': {
    title: 'an active device gets a passkey',
    kind: 'add-passkey',
    profiles: ['yubikey-5.8', 'fido-key-serial'],
    leftOut: OTHER_FIDO,
    newPin: '739154',
    isDoneWith: 'passkey',
    hasPasskeys: true,
    prepare: async (workplace) => {
      requireEnd(await workplace.session('issue'), 'active');
      requireEnd(await workplace.session('remove-passkey'), 'active');
      if (workplace.card.state.fido?.credentials.length !== 0) throw new Error('there still is a passkey');
    },
  },
  'remove-passkey': {
    title: 'the owner of an active device removes its passkey',
    kind: 'remove-passkey',
    profiles: ['yubikey-5.8', 'fido-key-serial'],
    leftOut: OTHER_FIDO,
    newPin: '739154',
    isDoneWith: 'no-passkey',
    hasPasskeys: true,
    prepare: async (workplace) => requireEnd(await workplace.session('issue'), 'active'),
  },
  'change-fido-pin': {
    title: 'the owner of an active device chooses another FIDO PIN',
    kind: 'change-fido-pin',
    profiles: ['yubikey-5.8', 'fido-key-serial'],
    leftOut: OTHER_FIDO,
    newPin: '739154',
    newFidoPin: 'hornisse-73',
    isDoneWith: 'fido-pin',
    hasPasskeys: true,
    prepare: async (workplace) => requireEnd(await workplace.session('issue'), 'active'),
  },
  'resume-erase-passkey': {
    title: 'a device is given back at the second attempt, after the first had removed its passkey',
    kind: 'erase',
    profiles: ['yubikey-5.8', 'piv-fido'],
    leftOut: NO_PIV,
    newPin: null,
    givesBack: true,
    hasPasskeys: true,
    prepare: async (workplace) => {
      requireEnd(await workplace.session('issue'), 'active');
      await breakOff(workplace, 'erase', 'CTAP-RESET');
      if (workplace.card.state.fido?.credentials.length !== 0) throw new Error('there still is a passkey');
    },
  },
} as const satisfies Readonly<Record<string, SweptOperation>>;

/** The reasons why the other operations of the package are not swept. */
export const UNSWEPT_OPERATIONS: Readonly<Record<string, string>> = {
  'prove-owner': 'it writes nothing to the card',
};

export type OperationName = keyof typeof SWEPT_OPERATIONS;

const isOperationName = (name: string): name is OperationName => Object.hasOwn(SWEPT_OPERATIONS, name);
export const OPERATION_NAMES: readonly OperationName[] = Object.keys(SWEPT_OPERATIONS).filter(isOperationName);

/** An operation on a card of a profile. */
export interface Subject {
  readonly operation: OperationName;
  readonly profile: SweptProfileName;
}

/** All swept subjects. */
export const SUBJECTS: readonly Subject[] = OPERATION_NAMES.flatMap((operation) =>
  SWEPT_OPERATIONS[operation].profiles.map((profile) => ({ operation, profile })),
);

/** Returns the faults that are tried in an operation on a card of a profile, or on any card. */
export function faultsOf(operation: OperationName, profile?: SweptProfileName): readonly FaultName[] {
  const { hasPasskeys = false }: SweptOperation = SWEPT_OPERATIONS[operation];
  if (!hasPasskeys) return PIV_FAULTS;
  return profile === UNRECOGNISED ? PASSKEY_FAULTS.filter((name) => name !== 'second-undone') : PASSKEY_FAULTS;
}

/** Pulls the card when it has executed the first command of this name, and before it could answer. */
async function breakOff(workplace: Workplace, kind: StartRequest['kind'], instruction: InstructionName): Promise<void> {
  const end = await workplace.session(kind, { faults: [{ kind: 'pull-after', at: { instruction, nth: 1 } }] });
  if (end.kind !== 'error') throw new Error(`the operation was not broken off at ${instruction}`);
  workplace.card.insert();
}

/** Issues a device and pulls it after an unlock changed its PUK, so that the CMS cannot know which of two PUKs it has. */
async function breakOffUnlock(workplace: Workplace): Promise<void> {
  requireEnd(await workplace.session('issue'), 'active');
  const before = workplace.card.state.puk.value.toString('hex');
  const end = await workplace.session('unlock', {
    faults: [{ kind: 'pull-after', at: { instruction: 'CHANGE-REFERENCE-DATA', nth: 1 } }],
  });
  if (end.kind !== 'error' || workplace.card.state.puk.value.toString('hex') === before)
    throw new Error('the unlock was not broken off at the PUK');
}

function requireEnd(end: SessionEnd, deviceState: string): void {
  if (end.kind !== 'answered' || end.answer.deviceState !== deviceState)
    throw new Error(`the preparation did not end ${deviceState}`);
}
