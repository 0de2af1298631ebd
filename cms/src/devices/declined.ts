import type { Device } from '../store/rows.js';
import { operatorsReason, operatorsWords } from './operators-words.js';

const DECLINED = operatorsReason('declined');

/** Why an operator declined a device, in the operator's words; null where none did, or one has allowed another try since. */
export const whyDeclined = (device: Pick<Device, 'state' | 'stateReason'>): string | null =>
  device.state === 'failed' && device.stateReason?.startsWith(DECLINED) === true ? operatorsWords(device) : null;
