import { createHash } from 'node:crypto';
import { isCardwrightError, type CardwrightError } from '@cardwright/protocol';
import { findPuk, keptPuks, noteRefusedPuk, releasePuk, requireKeptPuks } from '../card-secrets/puk.js';
import { openEscrow } from '../devices/escrow.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call, Consequence, Step } from '../operations/definition.js';
import { openFactorySecrets } from '../policies/policies.js';
import type { DeviceRecord } from '../store/device-record.js';
import type { Escrow } from '../store/rows.js';
import { erasing, isToBe, PHASES } from './erase-state.js';
import { noteRefusedPin } from './other-pin.js';

/**
 * Restores the factory PUK and PIN of a card that cannot reset itself. The keys are overwritten first, so that whoever learns the PUK that is
 * sent cannot use the keys.
 */

/** True if the card may have either of two PUKs, because an unlock was interrupted. */
const isPukUnclear = ({ ownDevice }: OperationContext): boolean => keptPuks(ownDevice)?.previous !== undefined;

/**
 * Step that finds out which of two PUKs the card has, and leaves the PUK unchanged. If the step changed one of them into the factory PUK at once
 * and the answer were lost, the card might have any of three PUKs, and too few tries would be left. The PUK is used in two commands, because the
 * other PUK is then dropped, and a single answer may be false.
 */
export const pukInUseStep: Step = {
  name: 'puk-in-use',
  phase: PHASES.erase,
  progress: 65,
  slices: [erasing],
  needed: (context) => isToBe(context, 'overwrite') && !context.of(erasing).arePinsBack && isPukUnclear(context),
  async prepare(context) {
    const pair = requireKeptPuks(context);
    const escrow = (await findPuk(context, pair)) === 'own' ? pair.newest : pair.previous;
    context.keep(erasing, { askedPuk: escrow?.id ?? null });
  },
  calls: (context) => [
    restoreAsked(context, false),
    useAsked(
      context,
      () => releasePuk(context, requireKeptPuks(context), 'same'),
      () => undefined,
    ),
    restoreAsked(context, true),
    useAsked(
      context,
      () => sealAsked(context),
      () => context.ownDevice.settlePuk(askedEscrow(context).id),
    ),
  ],
};

function askedEscrow(context: OperationContext): Escrow {
  const { askedPuk } = context.of(erasing);
  const escrow = context.ownDevice.escrows.find(({ id }) => id === askedPuk);
  if (!escrow) throw new Error('no PUK of an escrow is out');
  return escrow;
}

const sealAsked = async (context: OperationContext) =>
  context.sealToHost('puk', (await openEscrow(askedEscrow(context), context.services.store.keys)).puk);

/**
 * Makes the call that gives the PUK of the asked escrow (`askedPuk`) back to the host.
 * @param withPin true if the card gets its factory PIN as well
 */
const restoreAsked = (context: OperationContext, withPin: boolean): Call =>
  call('credentials.restore', async () => {
    const { pin } = await openFactorySecrets(await context.currentPolicy(), context.services.store.keys);
    const secrets = { puk: await sealAsked(context), pin: withPin ? await context.sealToHost('pin', pin) : null };
    return { digest: askedEscrow(context).sha256, secrets };
  });

const useAsked = (context: OperationContext, puk: () => ReturnType<typeof releasePuk>, read: () => void): Call =>
  call('credentials.apply', async () => ({ digest: askedEscrow(context).sha256, secrets: { puk: await puk() } }), {
    read,
    failed: (error) => noteRefusedPuk(context, requireKeptPuks(context).newest, error),
  });

/**
 * True if the device certainly has its factory PUK, although an escrow holds another PUK: the change to that PUK was never begun, or the factory
 * PUK was restored.
 */
export function hasFactoryPuk(device: DeviceRecord): boolean {
  const pair = keptPuks(device);
  return pair?.previous === undefined && pair?.newest.appliedAt === null && pair.newest.pukTries.length === 0;
}

/** Step that restores the factory PUK and PIN of the card. */
export const factoryPinsStep: Step = {
  name: 'factory-pins',
  phase: PHASES.erase,
  progress: 70,
  slices: [erasing],
  needed: (context) =>
    isToBe(context, 'overwrite') &&
    !context.of(erasing).arePinsBack &&
    context.of(erasing).otherPin === 'none' &&
    keptPuks(context.ownDevice) !== undefined,
  calls: (context) => [restoreFactoryPins(context), applyFactoryPins(context)],
};

/** Returns the SHA-256, base64url, of the sealed factory secrets, which takes the place of an escrow's digest. */
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
      secrets: { puk: await releasePuk(context, requireKeptPuks(context), 'factory', context.of(erasing).refusedPuks) },
    }),
    {
      read: () => {
        noteFactoryPuk(context);
        context.keep(erasing, { arePinsBack: true });
      },
      failed: (error) => noteRefusedPin(context, error, () => noteFactoryPuk(context)) ?? noteRefused(context, error),
    },
  );

/** The escrow is again as before it was applied: the card has the factory PUK, and no secret of an escrow. */
function noteFactoryPuk(context: OperationContext): void {
  if (context.of(erasing).mayBeAnother) return;
  context.ownDevice.changeEscrow(requireKeptPuks(context).newest.id, { appliedAt: null, pukTries: [] });
}

/** Records a refused PUK, as `noteRefusedPuk` does. What a card refuses that may be another one is recorded for this session alone. */
function noteRefused(context: OperationContext, error: CardwrightError): Consequence | undefined {
  const { newest } = requireKeptPuks(context);
  const { mayBeAnother, refusedPuks } = context.of(erasing);
  if (!mayBeAnother) return noteRefusedPuk(context, newest, error);
  const sent = newest.pukTries.at(-1);
  if (!sent || !isCardwrightError(error, 'PUK_INCORRECT')) return undefined;
  context.ownDevice.changeEscrow(newest.id, { pukTries: newest.pukTries.slice(0, -1) });
  const refused = { puk: sent.puk, refused: true, retriesLeft: error.data.retriesLeft };
  context.keep(erasing, { refusedPuks: [...refusedPuks, refused] });
  return 'continue';
}
