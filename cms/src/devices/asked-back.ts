import type { Device } from '../store/rows.js';
import { operatorsReason, operatorsWords } from './operators-words.js';

/** Words for the completed action `ask-back`, in the audit log and in the state reason of the device's row. */
export const ASKED_BACK = 'asked back';
const BEGINNING = operatorsReason(ASKED_BACK);

/**
 * Returns the recorded request of an operator that the owner give the device back; null if no request is recorded, or if the device is not
 * active. `reason` is null if the operator gave no reason.
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
