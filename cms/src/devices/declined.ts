import type { Device } from '../store/rows.js';

/** How the reason begins that `perform` writes for `decline`; the operator's words follow. */
const DECLINED = 'declined by an operator: ';

/** Why an operator declined a device, in the operator's words; null where none did, or one has allowed another try since. */
export const whyDeclined = ({ state, stateReason: why }: Pick<Device, 'state' | 'stateReason'>): string | null =>
  state === 'failed' && why?.startsWith(DECLINED) === true ? why.slice(DECLINED.length) : null;
