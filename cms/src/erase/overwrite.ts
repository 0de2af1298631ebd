import { createHash } from 'node:crypto';
import { SLOTS, type DeviceInfo, type KeyAlgorithm, type Slot } from '@cardwright/protocol';
import { erasureFailure } from '../card-secrets/erased-card.js';
import {
  authenticateCard,
  authentication,
  chooseCandidate,
  takeWitness,
} from '../card-secrets/management-authentication.js';
import { keptPuks, noteRefusedPuk, releasePuk, type PukPair } from '../card-secrets/puk.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call, Step } from '../operations/definition.js';
import type { DevicePolicy } from '../policies/device-policy.js';
import { openFactorySecrets } from '../policies/policies.js';
import type { DeviceRecord } from '../store/device-record.js';
import { erasing, isToBe, PHASES } from './erase-state.js';

/** A card that cannot make itself new gets the factory's values from the CMS, which knows all that it put on it. */

/** For the new key of a slot that the policy names no algorithm for. */
const DEFAULT_ALGORITHM: KeyAlgorithm = 'P-256';

/** The slots that may hold a key of the device, with the algorithms of the keys that take their place. */
export function slotsToOverwrite(
  { slots }: DevicePolicy,
  { certificates: shown }: DeviceInfo,
  { certificates }: DeviceRecord,
): { slot: Slot; algorithm: KeyAlgorithm }[] {
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
    ...context
      .of(erasing)
      .slots.flatMap(({ slot, algorithm }) => [
        call('key.generate', { slot, algorithm, pinPolicy: 'default', touchPolicy: 'default' }),
        call('certificate.delete', { slot }),
      ]),
    call('object.write', { object: 'ccc', content: '' }, { read: () => context.keep(erasing, { isErased: true }) }),
  ],
};

/** Has the card take its factory's PUK and PIN again. It comes after the keys: whoever learns the PUK that is out can use none of them. */
export const factoryPinsStep: Step = {
  name: 'factory-pins',
  phase: PHASES.erase,
  progress: 70,
  slices: [erasing],
  needed: (context) =>
    isToBe(context, 'overwrite') && !context.of(erasing).arePinsBack && keptPuks(context.ownDevice) !== undefined,
  calls: (context) => [restoreFactoryPins(context), applyFactoryPins(context)],
};

function pairOf({ ownDevice }: OperationContext): PukPair {
  const pair = keptPuks(ownDevice);
  if (!pair) throw new Error('no PUK of the device is known');
  return pair;
}

/** As the CMS keeps them. */
const digestOfFactory = async (context: OperationContext): Promise<string> =>
  createHash('sha256')
    .update((await context.currentPolicy()).factorySecrets, 'ascii')
    .digest('base64url');

const restoreFactoryPins = (context: OperationContext): Call =>
  call('credentials.restore', async () => {
    const { puk, pin } = await openFactorySecrets(await context.currentPolicy(), context.services.store.keys);
    return {
      digest: await digestOfFactory(context),
      secrets: { puk: await context.sealToHost('puk', puk), pin: await context.sealToHost('pin', pin) },
    };
  });

const applyFactoryPins = (context: OperationContext): Call =>
  call(
    'credentials.apply',
    async () => ({
      digest: await digestOfFactory(context),
      secrets: { puk: await releasePuk(context, pairOf(context), 'factory') },
    }),
    {
      read: () => {
        const { newest } = pairOf(context);
        // As before it was applied: the card has the factory's PUK, and none of an escrow.
        context.ownDevice.notePuk(newest.id);
        context.ownDevice.changeEscrow(newest.id, { appliedAt: null, pukTries: [] });
        context.keep(erasing, { arePinsBack: true });
      },
      failed: (error) => noteRefusedPuk(context, pairOf(context).newest, error),
    },
  );

/** Reads what is to be gone. That its management key is the model's, a card that cannot change it has proved before. */
export const readBackStep: Step = {
  name: 'read-back',
  phase: PHASES.readBack,
  progress: 90,
  slices: [erasing],
  needed: (context) => isToBe(context, 'overwrite') && !context.of(erasing).isReadBack,
  calls: (context) => [
    ...context
      .of(erasing)
      .slots.map(({ slot }) =>
        call('certificate.read', { slot }, { read: ({ certificate }) => requireGone(certificate) }),
      ),
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

/** @throws CardwrightError `OPERATION_FAILED` */
function requireGone(content: string | null): void {
  if (content !== null) throw erasureFailure('not-erased');
}
