import { erasureFailure } from '../card-secrets/erased-card.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Consequence, Step } from '../operations/definition.js';
import { meetAgain } from '../operations/meet-again.js';
import { erasing, PHASES, wasReset } from './erase-state.js';

/**
 * True if the FIDO2 application is to be reset: the organisation registered a passkey there, and the application does not share its PIN with
 * PIV. Without such a passkey the application is the owner's own. An application that shares its PIN is never reset alone.
 */
export const isFidoOurs = async ({ ownDevice: { row }, records }: OperationContext): Promise<boolean> =>
  !row.sharesPin && (await records.transaction.hadPasskeys(row.id));

/** True if the FIDO2 application is still to be reset: the device has a FIDO PIN, which the organisation's passkeys need and a reset removes. */
const isFidoToGo = (context: OperationContext): boolean =>
  context.of(erasing).withFido && context.info.fido2?.pinSet === true;

/**
 * Returns the parameter by which the window tells the user what happens to the FIDO2 application. The result is empty if the application stays,
 * because a host of protocol 3.1 would refuse the member `fido`.
 */
export function fateOfFido(context: OperationContext): { fido?: 'reset' | 'shared' } {
  if (isFidoToGo(context)) return { fido: 'reset' };
  return context.ownDevice.row.sharesPin ? { fido: 'shared' } : {};
}

/** Parts of a step that resets the FIDO2 application. For that, the user takes the device out and inserts it again. */
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

/**
 * Step that resets the FIDO2 application before PIV is reset. The user takes the device out for it, and the card that is then inserted still has
 * to pass the proofs after the reset of PIV.
 */
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
 * Step that resets the FIDO2 application last, on a card that is overwritten. The reset comes last because the user takes the card out for it:
 * no secret may be sent to a card that is inserted after the proof of identity.
 */
export const fidoAfterPivStep: Step = {
  ...resetFido,
  name: 'fido-reset-last',
  progress: 95,
  needed: (context) => context.of(erasing).isReadBack && isFidoToGo(context),
};

/** Leaves the FIDO2 application alone, because the device or its connection does not allow a reset of this application alone. */
export function leaveFido(context: OperationContext): Consequence {
  context.keep(erasing, { withFido: false });
  return 'continue';
}
