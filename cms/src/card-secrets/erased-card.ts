import { CardwrightError } from '@cardwright/protocol';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { isPukSpent, isUsed } from '../rules/card-facts.js';
import type { ReasonCode } from '../words/reasons.js';

/**
 * Requires that an erased card is in its factory state and is the same card as before, by the facts that the host reports.
 *
 * @throws CardwrightError `OPERATION_FAILED` with the reason `another-device` or `not-erased`
 */
export function requireNew(erased: DeviceInfo, before: DeviceInfo): void {
  if (erased.model !== before.model || erased.serial !== before.serial) throw erasureFailure('another-device');
  if (isUsed(erased) || isPukSpent(erased)) throw erasureFailure('not-erased');
}

/** Makes the error for a card that was not erased, or is another card than before. */
export const erasureFailure = (reason: ReasonCode & ('another-device' | 'not-erased')): CardwrightError =>
  new CardwrightError('OPERATION_FAILED', { reason });
