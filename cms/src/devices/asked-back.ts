import type { Device } from '../store/rows.js';
import { operatorsReason, operatorsWords } from './operators-words.js';

/** How the log and the device's row name what an operator did. */
export const ASKED_BACK = 'asked back';
const BEGINNING = operatorsReason(ASKED_BACK);

/** What an operator says who asks its owner to give a device back; null where none does. */
export const whyAskedBack = (
  device: Pick<Device, 'state' | 'stateReason'>,
): { readonly reason: string | null } | null =>
  device.state === 'active' && device.stateReason?.startsWith(BEGINNING) === true
    ? { reason: operatorsWords(device) }
    : null;
