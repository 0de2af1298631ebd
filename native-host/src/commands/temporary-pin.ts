import { CardwrightError, PIV_PIN_LENGTH, isCardwrightError } from '@cardwright/protocol';
import type { DeviceHolder, ReleaseOptions } from '../devices/device-holder.js';
import type { PreparedCredentials } from '../devices/escrow.js';
import type { OpenDevice } from '../devices/open-device.js';
import type { HostSession } from '../server/host-session.js';

/** How often another PIN is made because the card has a rule of its own that random digits broke. */
const MAX_ATTEMPTS = 5;

export interface TemporaryPinOptions extends Pick<ReleaseOptions, 'signal' | 'onWaiting'> {
  readonly session: HostSession;
  readonly operation: string;
}

/**
 * Releases a device whose applications share one PIN, with a temporary PIN in place of the initial one, which is put back however
 * that ends. So the user types a PIN into the browser's dialog that is worth nothing afterwards, and never learns the one that the
 * CMS keeps. If the card is pulled meanwhile, the next session's `credentials.apply` does it.
 *
 * @param use is given the PIN, sealed to the extension's windows
 * @throws CardwrightError `SECRET_MISSING` when the card has no initial PIN of this session, and what `DeviceHolder.whileReleased`
 * throws
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
    // Until it is put back, the card does not have it.
    device.rememberPin(undefined);
    device.rememberFidoPin(undefined);
    sealed = await putTemporaryPin(device, prepared, seal);
  };
  const restore = async (): Promise<void> => {
    await prepared.putInitialPinBack(device.piv);
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
      // First, so that no PIN is on the card that nobody can be shown.
      const sealed = await seal(pin);
      await prepared.putTemporaryPin(piv, pin);
      return sealed;
    } catch (error) {
      if (!isCardwrightError(error, 'PIN_REFUSED_BY_DEVICE') || attempt === MAX_ATTEMPTS) throw error;
    } finally {
      pin.fill(0);
    }
  }
}
