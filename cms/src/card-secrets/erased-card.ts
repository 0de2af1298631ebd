import { CardwrightError, type DeviceInfo } from '@cardwright/protocol';
import { isPukSpent, isUsed } from '../devices/card-facts.js';
import type { ReasonCode } from '../words/reasons.js';

/**
 * Requires that a card is new by what its host says after an erasure, and still the same.
 *
 * @throws CardwrightError `OPERATION_FAILED`
 */
export function requireNew(erased: DeviceInfo, before: DeviceInfo): void {
  if (erased.model !== before.model || erased.serial !== before.serial) throw erasureFailure('another-device');
  if (isUsed(erased) || isPukSpent(erased)) throw erasureFailure('not-erased');
}

/** What is wrong with a card that was to be erased. */
export const erasureFailure = (reason: ReasonCode & ('another-device' | 'not-erased')): CardwrightError =>
  new CardwrightError('OPERATION_FAILED', { reason });
