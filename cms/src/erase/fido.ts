import { erasureFailure } from '../card-secrets/erased-card.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Consequence, Step } from '../operations/definition.js';
import { meetAgain } from '../operations/meet-again.js';
import { erasing, PHASES, wasReset } from './erase-state.js';

/**
 * Returns true if the organisation put something into the FIDO2 application. Where it never registered a passkey, the application is the
 * owner's own. A PIN that is shared with PIV cannot be reset alone.
 */
export const isFidoOurs = async ({ ownDevice: { row }, records }: OperationContext): Promise<boolean> =>
  !row.sharesPin && (await records.transaction.hadPasskeys(row.id));

/** Returns true while the reset is still to come: the device has a FIDO PIN, which our passkeys need and which a reset removes. */
const isFidoToGo = (context: OperationContext): boolean =>
  context.of(erasing).withFido && context.info.fido2?.pinSet === true;

/** Tells the user if the FIDO2 application does not stay. Otherwise it adds no parameter, which a host of protocol 3.1 would refuse. */
export function fateOfFido(context: OperationContext): { fido?: 'reset' | 'shared' } {
  if (isFidoToGo(context)) return { fido: 'reset' };
  return context.ownDevice.row.sharesPin ? { fido: 'shared' } : {};
}

/** Has the FIDO2 application reset, for which its user takes the device out and puts it in again. */
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

/** Comes before a reset of PIV, after which what was inserted has to show that it is the device. */
export const fidoBeforePivStep: Step = {
  ...resetFido,
  name: 'fido-reset',
  progress: 20,
  needed(context) {
    const { way, isConfirmed } = context.of(erasing);
    return way === 'reset' && (isConfirmed || wasReset(context)) && isFidoToGo(context);
  },
};

/** Comes last on a card that is written over: that has shown before what it is, and no secret may leave for what is inserted then. */
export const fidoAfterPivStep: Step = {
  ...resetFido,
  name: 'fido-reset-last',
  progress: 95,
  needed: (context) => context.of(erasing).isReadBack && isFidoToGo(context),
};

/** The device, or the connection to it, allows no reset of it alone. */
export function leaveFido(context: OperationContext): Consequence {
  context.keep(erasing, { withFido: false });
  return 'continue';
}
