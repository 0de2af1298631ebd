import { authentication, expectFactoryKey } from '../card-secrets/management-authentication.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Step } from '../operations/definition.js';
import { fateOfFido, leaveFido } from './fido.js';
import { BEING_ERASED, erasing, PHASES, wasReset } from './erase-state.js';

/** Step in which the user agrees in the extension's window. The card is changed in later steps, after the device was terminated. */
export const confirmStep: Step = {
  name: 'confirm',
  phase: PHASES.confirm,
  progress: 15,
  waitsForUser: true,
  slices: [erasing, authentication],
  needed: (context) => !context.of(erasing).isConfirmed && !wasReset(context),
  calls: (context) => [call('device.confirmErasure', fateOfFido(context), { read: () => order(context) })],
  errors: {
    USER_CANCELLED: 'cancel',
    USER_TIMEOUT: 'cancel',
    WINDOW_NOT_ALLOWED: 'cancel',
    // Gives up the reset of the FIDO2 application, and asks the user again, about PIV alone.
    FIDO_RESET_REFUSED: leaveFido,
  },
};

/**
 * Orders the erasure. Terminates the device, so that its certificates are revoked for good and its passkeys become due for removal. A device that is
 * terminated or released already stays so. The secrets of the card are kept until the erased card was read back.
 */
async function order(context: OperationContext): Promise<void> {
  const { ownDevice, person, info } = context;
  const { state, stateReason } = ownDevice.row;
  ownDevice.noteInitialPin(false);
  if (state !== 'terminated' && state !== 'available')
    ownDevice.changeState('terminated', person.username, BEING_ERASED);
  else if (stateReason !== BEING_ERASED) ownDevice.change({ stateReason: BEING_ERASED });
  context.keep(erasing, { isConfirmed: true });
  if (context.of(erasing).way === 'overwrite') await expectFactoryKey(context, info);
  context.report('device.erase-ordered', { model: info.model, serial: info.serial });
}
