import { CardwrightError, SLOTS, type DeviceInfo, type KeyAlgorithm, type Slot } from '@cardwright/protocol';
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
import type { DevicePolicy } from '../policies/device-policy.js';
import { openFactorySecrets } from '../policies/policies.js';
import type { Certificate } from '../store/rows.js';
import type { ReasonCode } from '../words/reasons.js';
import { erasing, isToBe, PHASES } from './erase-state.js';

/** A card that cannot make itself new gets the factory's values from the CMS, which knows all that it put on it. */

/** For the new key of a slot that the policy names no algorithm for. */
const DEFAULT_ALGORITHM: KeyAlgorithm = 'P-256';

/** A slot whose key is written over, and the algorithm of the new one. */
export interface ErasedSlot {
  readonly slot: Slot;
  readonly algorithm: KeyAlgorithm;
}

/**
 * Refuses a card that would be told factory values which are the organisation's secret.
 *
 * @throws CardwrightError `DEVICE_NOT_ELIGIBLE`
 */
export async function requireOpenValues(context: OperationContext): Promise<void> {
  const { confidential } = await openFactorySecrets(await context.currentPolicy(), context.services.store.keys);
  if (confidential) throw new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason: 'used-for-good' satisfies ReasonCode });
}

/** The slots that may hold a key of the device, with the algorithms of the keys that take their place. */
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

/** Has the card give a witness for its management key. */
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
 * Puts keys that nobody uses in the place of the device's, and deletes its certificates and its CCC. The CHUID stays: by its GUID an
 * erasure that is interrupted is recognised, and the next issuance writes another one before anything else.
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

/** Puts a key that nobody uses in the place of another one. */
export const keyOfNobody = ({ slot, algorithm }: ErasedSlot, made?: () => void | Promise<void>): Call =>
  call('key.generate', { slot, algorithm, pinPolicy: 'default', touchPolicy: 'default' }, { read: () => made?.() });

/** Reads what is to be gone. That its management key is the model's, a card that cannot change it has proved before. */
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

/** Requires that a slot has no certificate. */
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

/** @throws CardwrightError `OPERATION_FAILED` */
function requireGone(content: string | null): void {
  if (content !== null) throw erasureFailure('not-erased');
}
