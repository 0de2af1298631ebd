import type { PinpadUse } from '@cardwright/protocol/devices';
import type { DevicePolicy } from './device-policy.js';

/**
 * Returns the member of a command by which the user enters PINs at the reader's keypad; no member if the policy wants them in the window, so that hosts
 * of before protocol 3.3, which do not know the member, obey such a policy.
 *
 * @param policy null if the model has no policy
 */
export const pinpadOf = (policy: Pick<DevicePolicy, 'pinpad'> | null | undefined): { pinpad?: PinpadUse } =>
  policy && policy.pinpad !== 'never' ? { pinpad: policy.pinpad } : {};
