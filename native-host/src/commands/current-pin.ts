import type { SecretReference } from '@cardwright/protocol/command-definitions';
import type { OpenDevice } from '../devices/open-device.js';
import { intersectPinRules } from '../devices/pin-rules.js';
import { requireTries } from '../devices/pin-use.js';
import type { CommandContext } from '../server/handlers.js';
import { gatherSecrets } from './secrets.js';

/**
 * Gathers the current PIN. Reads the PIN's remaining tries first: the window that asks for the PIN shows their number, and the last try must not
 * be used.
 *
 * @throws CardwrightError `PIN_BLOCKED`, `LAST_TRY`, and the errors of `gatherSecrets`
 */
export async function currentPin(
  reference: SecretReference,
  device: OpenDevice,
  context: CommandContext,
): Promise<Uint8Array> {
  const { retriesLeft } = requireTries(await device.piv.pins.pinStatus(), 'PIN_BLOCKED');
  const rules = intersectPinRules(null, device.model);
  const { pin } = await gatherSecrets({ pin: reference }, device, context, { rules, retriesLeft, problem: null });
  return pin;
}
