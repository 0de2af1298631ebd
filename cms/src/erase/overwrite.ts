import { CardwrightError } from '@cardwright/protocol';
import { SLOTS, type DeviceInfo, type KeyAlgorithm, type Slot } from '@cardwright/protocol/devices';
import { erasureFailure } from '../card-secrets/erased-card.js';
import {
  authenticateCard,
  authentication,
  chooseCandidate,
  takeWitness,
} from '../card-secrets/management-authentication.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call, Step } from '../operations/definition.js';
import { openFactorySecrets } from '../policies/policies.js';
import type { DevicePolicy } from '../rules/device-policy.js';
import type { Certificate } from '../store/rows.js';
import type { ReasonCode } from '../words/reasons.js';
import { erasing, isToBe, PHASES } from './erase-state.js';

/** Overwriting of a card that cannot reset itself. The CMS, which knows everything that it put on the card, restores the factory values. */

/** Algorithm of the new key in a slot if the policy names no algorithm for any slot. */
const DEFAULT_ALGORITHM: KeyAlgorithm = 'P-256';

/** A slot whose key is overwritten, and the algorithm of the new key. */
export interface ErasedSlot {
  readonly slot: Slot;
  readonly algorithm: KeyAlgorithm;
}

/**
 * Refuses a card if restoring it would reveal factory values that are secrets of the organisation.
 *
 * @throws CardwrightError `DEVICE_NOT_ELIGIBLE`; `INVALID_PARAMS` if the model has no policy
 */
export async function requireOpenValues(context: OperationContext): Promise<void> {
  const { confidential } = await openFactorySecrets(await context.currentPolicy(), context.services.store.keys);
  if (confidential) throw new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason: 'used-for-good' satisfies ReasonCode });
}

/** Lists the slots that may hold a key of the device, with the algorithms of the new keys. */
export function slotsToOverwrite(
  { slots }: DevicePolicy,
  { certificates: shown }: DeviceInfo,
  certificates: readonly Pick<Certificate, 'slot'>[],
): ErasedSlot[] {
  const algorithmOf = (slot: Slot): KeyAlgorithm =>
    slots[slot] ?? SLOTS.flatMap((other) => slots[other] ?? [])[0] ?? DEFAULT_ALGORITHM;
  const isUsed = (slot: Slot): boolean =>
    slots[slot] !== undefined || shown.includes(slot) || certificates.some((certificate) => certificate.slot === slot);
  return SLOTS.filter(isUsed).map((slot) => ({ slot, algorithm: algorithmOf(slot) }));
}

/** Step that requests a witness: a random block that the card encrypted with its management key. */
export const witnessStep: Step = {
  name: 'witness',
  phase: PHASES.erase,
  progress: 25,
  slices: [erasing, authentication],
  needed: (context) => {
    const { witness, proved } = context.of(authentication);
    return isToBe(context, 'overwrite') && witness === null && proved === null;
  },
  calls: (context) => [takeWitness(context)],
};

/**
 * Step that replaces the device's keys by keys that nobody uses, and deletes its certificates and its CCC. The CHUID stays: its GUID
 * identifies an interrupted erasure, and the next issuance writes another CHUID before anything else.
 */
export const overwriteStep: Step = {
  name: 'overwrite',
  phase: PHASES.erase,
  progress: 30,
  slices: [erasing, authentication],
  needed: (context) => isToBe(context, 'overwrite') && !context.of(erasing).isErased,
  prepare: chooseCandidate,
  calls: (context) => [
    authenticateCard(context, () => undefined),
    ...context.of(erasing).slots.flatMap((one) => [keyOfNobody(one), call('certificate.delete', { slot: one.slot })]),
    call('object.write', { object: 'ccc', content: '' }, { read: () => context.keep(erasing, { isErased: true }) }),
  ],
};

/** Makes the call that replaces the key in a slot by a new key, which nobody uses. */
export const keyOfNobody = ({ slot, algorithm }: ErasedSlot, made?: () => void | Promise<void>): Call =>
  call('key.generate', { slot, algorithm, pinPolicy: 'default', touchPolicy: 'default' }, { read: () => made?.() });

/**
 * Step that reads back that the certificates and the CCC are gone. The card need not prove its management key again: it has already proved the
 * model's key, which such a card cannot change.
 */
export const readBackStep: Step = {
  name: 'read-back',
  phase: PHASES.readBack,
  progress: 90,
  slices: [erasing],
  needed: (context) => isToBe(context, 'overwrite') && !context.of(erasing).isReadBack,
  calls: (context) => [
    ...context.of(erasing).slots.map(({ slot }) => readGone(slot)),
    call(
      'object.read',
      { object: 'ccc' },
      {
        read: ({ content }) => {
          requireGone(content);
          context.keep(erasing, { isReadBack: true });
        },
      },
    ),
  ],
};

export const readGone = (slot: Slot, gone?: () => void): Call =>
  call(
    'certificate.read',
    { slot },
    {
      read: ({ certificate }) => {
        requireGone(certificate);
        gone?.();
      },
    },
  );

/** Requires that an object is gone. @throws CardwrightError `OPERATION_FAILED` with the reason `not-erased` */
function requireGone(content: string | null): void {
  if (content !== null) throw erasureFailure('not-erased');
}
