import { PHONE, SECURITY_KEY } from '../rules/device-state.js';
import type { Device } from '../store/rows.js';

/**
 * True if the passkeys and the FIDO PIN of a device can be changed: it is active, and the CMS recognises it when it is connected. A security key is
 * recognised only by its serial number.
 */
export const canChangePasskeys = ({ state, model, serial }: Device): boolean =>
  state === 'active' && model !== PHONE && (model !== SECURITY_KEY || serial !== null);
