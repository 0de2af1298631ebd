import type { SecretReference } from '@cardwright/protocol';
import type { OpenDevice } from '../devices/open-device.js';
import { intersectPinRules } from '../devices/pin-rules.js';
import { requireTries } from '../devices/pin-use.js';
import type { CommandContext } from '../server/handlers.js';
import { gatherSecrets } from './secrets.js';

/**
 * The PIN that the card has, for a card that can still be given one: its tries are read before any window opens, which shows them.
 *
 * @throws CardwrightError `PIN_BLOCKED`, `LAST_TRY`, and what `gatherSecrets` throws
 */
export async function currentPin(
  reference: SecretReference,
  device: OpenDevice,
  context: CommandContext,
): Promise<Uint8Array> {
  const { retriesLeft } = requireTries(await device.piv.pinStatus(), 'PIN_BLOCKED');
  const rules = intersectPinRules(null, device.model);
  const { pin } = await gatherSecrets({ pin: reference }, device, context, { rules, retriesLeft, problem: null });
  return pin;
}
