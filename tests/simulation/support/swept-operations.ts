import type { StartRequest } from '@cardwright/protocol/cms';
import { SWEPT_PROFILE_NAMES, type SweptProfileName } from './swept-profiles.js';
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
  /** The new PIN that the user chooses for an issued device; null if the operation issues the device. */
  readonly newPin: string | null;
  /** The moment at which an operation on an issued device is done: when the device has the PIN, or when the CMS has answered too. */
  readonly isDoneWith?: 'pin' | 'answer';
  /** Set when the owner gives the device back, so that it ends as new. */
  readonly givesBack?: boolean;
  /** Prepares the operation, starting from a blank card that the CMS does not know. */
  readonly prepare: (workplace: Workplace) => Promise<void>;
}

/** The swept operations. */
export const SWEPT_OPERATIONS = {
  issue: {
    title: 'a blank card is issued',
    kind: 'issue',
    profiles: SWEPT_PROFILE_NAMES,
    leftOut: null,
    newPin: null,
    prepare: () => Promise.resolve(),
  },
  reissue: {
    title: 'a card that was issued before, and that an operator terminated and released, is erased and issued again',
    kind: 'issue',
    profiles: ['yubikey', 'piv'],
    leftOut: 'one YubiKey stands for the others, and one plain card',
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
    leftOut: 'one YubiKey stands for the others, and one plain card',
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
    profiles: ['yubikey', 'piv'],
    leftOut: 'one YubiKey stands for the others, and one plain card',
    newPin: '862713',
    // The user knows the new PIN from the window, even if the answer is lost.
    isDoneWith: 'pin',
    prepare: async (workplace) => requireEnd(await workplace.session('issue'), 'active'),
  },
  unlock: {
    title: 'the owner of an active device has forgotten the PIN, and gets a new one with the PUK',
    kind: 'unlock',
    profiles: ['yubikey', 'piv'],
    leftOut: 'one YubiKey stands for the others, and one plain card',
    newPin: '862713',
    isDoneWith: 'answer',
    prepare: async (workplace) => requireEnd(await workplace.session('issue'), 'active'),
  },
  'unlock-again': {
    title: 'the same after an unlock that was broken off while the card changed its PUK',
    kind: 'unlock',
    profiles: ['yubikey', 'piv'],
    leftOut: 'one YubiKey stands for the others, and one plain card',
    newPin: '862713',
    isDoneWith: 'answer',
    prepare: breakOffUnlock,
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
    profiles: ['yubikey', 'piv'],
    leftOut: 'one YubiKey stands for the others, and one plain card',
    newPin: null,
    givesBack: true,
    prepare: async (workplace) => requireEnd(await workplace.session('issue'), 'active'),
  },
  'erase-after-unlock': {
    title: 'a device is given back after an unlock that was broken off while the card changed its PUK',
    kind: 'erase',
    profiles: ['yubikey', 'piv'],
    leftOut: 'one YubiKey stands for the others, and one plain card',
    newPin: null,
    givesBack: true,
    prepare: breakOffUnlock,
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
