import { createHash } from 'node:crypto';
import { findPuk, keptPuks, noteRefusedPuk, releasePuk, type PukPair } from '../card-secrets/puk.js';
import { openEscrow } from '../devices/escrow.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call, Step } from '../operations/definition.js';
import { openFactorySecrets } from '../policies/policies.js';
import type { Escrow } from '../store/rows.js';
import { erasing, isToBe, PHASES } from './erase-state.js';

/**
 * PUK and PIN of a card that cannot make itself new. They come after the keys: whoever learns the PUK that is out can use none of those.
 */

/** Whether the card may have one of two PUKs, because an unlock was interrupted. */
const isPukUnclear = ({ ownDevice }: OperationContext): boolean => keptPuks(ownDevice)?.previous !== undefined;

/**
 * Finds out which of two PUKs the card has, by changing one into itself. Were one of them changed into the factory's at once, an answer
 * that is lost would leave three that it may have, and then too few tries.
 */
export const pukInUseStep: Step = {
  name: 'puk-in-use',
  phase: PHASES.erase,
  progress: 65,
  slices: [erasing],
  needed: (context) => isToBe(context, 'overwrite') && !context.of(erasing).arePinsBack && isPukUnclear(context),
  async prepare(context) {
    const pair = pairOf(context);
    const escrow = (await findPuk(context, pair)) === 'own' ? pair.newest : pair.previous;
    context.keep(erasing, { askedPuk: escrow?.id ?? null });
  },
  calls: (context) => [
    call('credentials.restore', async () => {
      const asked = askedEscrow(context);
      const { puk } = await openEscrow(asked, context.services.store.keys);
      return { digest: asked.sha256, secrets: { puk: await context.sealToHost('puk', puk), pin: null } };
    }),
    call(
      'credentials.apply',
      async () => ({
        digest: askedEscrow(context).sha256,
        secrets: { puk: await releasePuk(context, pairOf(context), 'same') },
      }),
      {
        read: () => context.ownDevice.settlePuk(askedEscrow(context).id),
        failed: (error) => noteRefusedPuk(context, pairOf(context).newest, error),
      },
    ),
  ],
};

function askedEscrow(context: OperationContext): Escrow {
  const { askedPuk } = context.of(erasing);
  const escrow = context.ownDevice.escrows.find(({ id }) => id === askedPuk);
  if (!escrow) throw new Error('no PUK of an escrow is out');
  return escrow;
}

/** Has the card take its factory's PUK and PIN again. */
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
        context.ownDevice.changeEscrow(newest.id, { appliedAt: null, pukTries: [] });
        context.keep(erasing, { arePinsBack: true });
      },
      failed: (error) => noteRefusedPuk(context, pairOf(context).newest, error),
    },
  );
