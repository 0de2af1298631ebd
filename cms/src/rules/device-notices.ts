import type { DeviceState } from './device-state.js';

/**
 * The subject of a notice for the owner of a device:
 *
 * - `issued`: the device became active after it was set up;
 * - `unlocked`: the device got a new PIN by its PUK;
 * - `suspended`, `terminated`: the device has this state now;
 * - `renewal-asked`, `update-asked`, `pin-change-asked`, `asked-back`: an operator asks the owner to renew the certificates, to update the device, to
 *   change its PIN, or to give it back (`WORK_KINDS`);
 * - `expires`: certificates of the device end soon, or have ended.
 */
export type NoticeKind =
  | 'issued'
  | 'unlocked'
  | 'suspended'
  | 'terminated'
  | 'renewal-asked'
  | 'update-asked'
  | 'pin-change-asked'
  | 'asked-back'
  | 'expires';

/**
 * Returns the notice that a device's owner gets when the device changes its state; null if there is none.
 *
 * @example
 * noticeOf({ from: 'active', to: 'suspended', wasIssued: true }); // 'suspended'
 */
export function noticeOf({
  from,
  to,
  wasIssued,
}: {
  readonly from: DeviceState;
  readonly to: DeviceState;
  /** True if the device was ever issued. Nobody was given a device that was not, such as a phone whose enrolment failed. */
  readonly wasIssued: boolean;
}): 'issued' | 'suspended' | 'terminated' | null {
  // A device that is resumed was issued before.
  if (to === 'active') return from === 'suspended' ? null : 'issued';
  // The owner sees every other state while working with the device.
  return wasIssued && (to === 'suspended' || to === 'terminated') ? to : null;
}
