import { CardwrightError } from '@cardwright/protocol';
import type { DeviceHolder } from '../devices/device-holder.js';
import type { OpenDevice } from '../devices/open-device.js';
import { isRemoval } from '../pcsc/pcsc-error.js';
import type { CommandContext } from '../server/handlers.js';
import { takesLongTouch } from './long-touch.js';

/** Milliseconds for the user to remove and reinsert the device. */
const REINSERTION_TIME = 60_000;
/**
 * Milliseconds to wait if another program opened the reinserted device first. The limit is short, because an authenticator accepts a reset
 * only in its first ten seconds (CTAP 2.1, 6.6).
 */
const PATIENCE = 4_000;

/**
 * Waits until the user has reinserted the device, and erases its FIDO2 application. The user must touch the device for this. Afterwards the
 * device is open again, even after an error. It stays closed if it cannot be taken back, for example because the reader is empty or contains
 * another device.
 *
 * @throws CardwrightError `FIDO_RESET_TOO_LATE`, `CANCELLED`, and the errors of `DeviceHolder.whileReleased` and `Authenticator.reset`
 */
export async function resetFido2(holder: DeviceHolder, device: OpenDevice, context: CommandContext): Promise<void> {
  const { signal, onProgress } = context;
  const options = { signal, onWaiting: () => onProgress('waiting'), patience: PATIENCE, isReinserted: true };
  const reinsertion = { isInTime: false };
  try {
    await holder.whileReleased(device, options, async () => {
      onProgress('reinsert');
      reinsertion.isInTime = await holder.isReinserted(device, { time: REINSERTION_TIME, signal });
    });
  } catch (error) {
    if (reinsertion.isInTime || signal.aborted || !isRemoval(error)) throw error;
    throw new CardwrightError('FIDO_RESET_TOO_LATE', {}, { cause: error });
  }
  if (!reinsertion.isInTime) throw new CardwrightError('FIDO_RESET_TOO_LATE');
  onProgress('touch', takesLongTouch(device, context) ? { isLong: true } : {});
  await device.fido.reset({ signal });
  device.noteFidoReset();
}
