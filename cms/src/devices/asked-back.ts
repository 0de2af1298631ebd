import type { Device } from '../store/rows.js';
import { operatorsReason, operatorsWords } from './operators-words.js';

/** Words for the completed action, in the audit log and in the state reason of the device's row. */
export const ASKED_BACK = 'asked back';
const BEGINNING = operatorsReason(ASKED_BACK);

/**
 * Returns the request of an operator that the owner give the device back; null if the device is not active or none is recorded. `reason` is null
 * if the operator gave none.
 *
 * @example
 * const asked = whyAskedBack(device);
 * if (asked) console.log(asked.reason ?? 'No reason was given.');
 */
export const whyAskedBack = (
  device: Pick<Device, 'state' | 'stateReason'>,
): { readonly reason: string | null } | null =>
  device.state === 'active' && device.stateReason?.startsWith(BEGINNING) === true
    ? { reason: operatorsWords(device) }
    : null;
