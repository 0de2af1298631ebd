import { CardwrightError } from '@cardwright/protocol';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { isPukSpent, isUsed } from '../rules/card-facts.js';
import type { ReasonCode } from '../words/reasons.js';

/**
 * Requires that, by its host's facts, an erased card is in its factory state and still the same card.
 *
 * @throws CardwrightError `OPERATION_FAILED`
 */
export function requireNew(erased: DeviceInfo, before: DeviceInfo): void {
  if (erased.model !== before.model || erased.serial !== before.serial) throw erasureFailure('another-device');
  if (isUsed(erased) || isPukSpent(erased)) throw erasureFailure('not-erased');
}

/** The error for a card that was not erased as it should be. */
export const erasureFailure = (reason: ReasonCode & ('another-device' | 'not-erased')): CardwrightError =>
  new CardwrightError('OPERATION_FAILED', { reason });
