import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { PIV_PIN_LENGTH } from '@cardwright/protocol/devices';
import type { DeviceHolder, ReleaseOptions } from '../devices/device-holder.js';
import type { PreparedCredentials } from '../devices/escrow.js';
import type { OpenDevice } from '../devices/open-device.js';
import type { HostSession } from '../server/host-session.js';

/** Largest number of random PINs to try. The card may refuse a PIN because of a rule of its own. */
const MAX_ATTEMPTS = 5;

export interface TemporaryPinOptions extends Pick<ReleaseOptions, 'signal' | 'onWaiting'> {
  readonly session: HostSession;
  readonly operation: string;
}

/**
 * Gives a temporary PIN to a device whose applications share one PIN, and releases the device while `use` runs. Afterwards the initial PIN is
 * restored, even if `use` failed.
 *
 * The user types only the temporary PIN into the browser's dialog, and never learns the initial PIN, which the CMS keeps. If the card cannot be
 * taken back, for example because it was removed, `credentials.apply` of the next session restores the initial PIN.
 *
 * @param use receives the temporary PIN, sealed to the extension's windows
 * @throws CardwrightError `SECRET_MISSING` when the card has no initial PIN of this session, `WINDOW_NOT_ALLOWED`, `PIN_RULES_CONFLICT`
 *   when the card refuses each PIN, and the errors of `use` and `DeviceHolder.whileReleased`
 */
export async function withTemporaryPin<T>(
  holder: DeviceHolder,
  device: OpenDevice,
  { signal, onWaiting, session, operation }: TemporaryPinOptions,
  use: (sealed: string) => Promise<T>,
): Promise<T> {
  const { prepared } = device;
  if (!prepared?.pin || !prepared.isApplied) throw new CardwrightError('SECRET_MISSING');
  const seal = (pin: Uint8Array): Promise<string> => session.sealToWindow(pin, device.info.id, operation);
  let sealed = '';
  const prepare = async (): Promise<void> => {
    // The card does not have the initial PIN until it is restored, so no command may use the initial PIN from memory.
    device.rememberPin(undefined);
    device.rememberFidoPin(undefined);
    sealed = await putTemporaryPin(device, prepared, seal);
  };
  const restore = async (): Promise<void> => {
    await prepared.putInitialPinBack(device.piv).catch((error: unknown) => {
      throw asConflict(error);
    });
    device.rememberPin(prepared.pin ?? undefined);
    device.rememberFidoPin(prepared.pin ?? undefined);
  };
  return holder.whileReleased(device, { signal, onWaiting, prepare, restore }, () => use(sealed));
}

async function putTemporaryPin(
  { piv, info }: OpenDevice,
  prepared: PreparedCredentials,
  seal: (pin: Uint8Array) => Promise<string>,
): Promise<string> {
  const minLength = Math.min(info.fido2?.minPinLength ?? 0, PIV_PIN_LENGTH.max);
  for (let attempt = 1; ; attempt += 1) {
    const pin = prepared.makeTemporaryPin(minLength);
    try {
      // The PIN is sealed before it is set, so that the card never has a PIN that the user cannot be shown.
      const sealed = await seal(pin);
      await prepared.putTemporaryPin(piv, pin);
      return sealed;
    } catch (error) {
      if (!isCardwrightError(error, 'PIN_REFUSED_BY_DEVICE') || attempt === MAX_ATTEMPTS) throw asConflict(error);
    } finally {
      pin.fill(0);
    }
  }
}

/** Returns the error for a PIN that the card refuses. The user chose none of these PINs, and so cannot choose another one. */
const asConflict = (error: unknown): unknown =>
  isCardwrightError(error, 'PIN_REFUSED_BY_DEVICE')
    ? new CardwrightError('PIN_RULES_CONFLICT', {}, { cause: error })
    : error;
