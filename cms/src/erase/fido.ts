import { erasureFailure } from '../card-secrets/erased-card.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Consequence, Step } from '../operations/definition.js';
import { meetAgain } from '../operations/meet-again.js';
import { erasing, PHASES, wasReset } from './erase-state.js';

/**
 * True if the organisation registered a passkey in the FIDO2 application. Otherwise the application is the owner's own. A PIN that is
 * shared with PIV cannot be reset alone.
 */
export const isFidoOurs = async ({ ownDevice: { row }, records }: OperationContext): Promise<boolean> =>
  !row.sharesPin && (await records.transaction.hadPasskeys(row.id));

/** True if the reset is still to come: the device has a FIDO PIN, which our passkeys need and which a reset removes. */
const isFidoToGo = (context: OperationContext): boolean =>
  context.of(erasing).withFido && context.info.fido2?.pinSet === true;

/**
 * Parameter by which the window tells the user what happens to the FIDO2 application. It is left out if the application stays, because
 * a host of protocol 3.1 would refuse it.
 */
export function fateOfFido(context: OperationContext): { fido?: 'reset' | 'shared' } {
  if (isFidoToGo(context)) return { fido: 'reset' };
  return context.ownDevice.row.sharesPin ? { fido: 'shared' } : {};
}

/** Has the FIDO2 application reset. Its user takes the device out and inserts it again. */
const resetFido = {
  phase: PHASES.erase,
  slices: [erasing],
  prepare: (context) => context.report('fido.reset-ordered'),
  calls: (context) => [
    call(
      'fido.reset',
      {},
      {
        read: ({ device }) => {
          meetAgain(context, device);
          if (device.fido2?.pinSet !== false) throw erasureFailure('not-erased');
          context.report('fido.reset');
        },
      },
    ),
  ],
  errors: { USER_CANCELLED: 'interrupt', USER_TIMEOUT: 'interrupt', FIDO_RESET_REFUSED: leaveFido },
} satisfies Partial<Step>;

/** Precedes a reset of PIV, after which the inserted card has to prove that it is the device. */
export const fidoBeforePivStep: Step = {
  ...resetFido,
  name: 'fido-reset',
  progress: 20,
  needed(context) {
    const { way, isConfirmed } = context.of(erasing);
    return way === 'reset' && (isConfirmed || wasReset(context)) && isFidoToGo(context);
  },
};

/**
 * Comes last on a card that is overwritten. The card has proved its identity before, and no secret may be sent to whatever is inserted
 * afterwards.
 */
export const fidoAfterPivStep: Step = {
  ...resetFido,
  name: 'fido-reset-last',
  progress: 95,
  needed: (context) => context.of(erasing).isReadBack && isFidoToGo(context),
};

/** Leaves the FIDO2 application alone: the device, or its connection, does not allow a reset of it alone. */
export function leaveFido(context: OperationContext): Consequence {
  context.keep(erasing, { withFido: false });
  return 'continue';
}
