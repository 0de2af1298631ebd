import type { Device } from '../store/rows.js';
import { operatorsReason, operatorsWords } from './operators-words.js';

const DECLINED = operatorsReason('declined');

/**
 * Returns the operator's reason for declining a device; null if the device was not declined, or an operator has allowed another try since.
 *
 * @example
 * console.log(whyDeclined(device));
 */
export const whyDeclined = (device: Pick<Device, 'state' | 'stateReason'>): string | null =>
  device.state === 'failed' && device.stateReason?.startsWith(DECLINED) === true ? operatorsWords(device) : null;
