import type { OperationContext } from '../operations/context.js';
import type { DevicePolicy } from '../rules/device-policy.js';

/** Policy settings that decide whether a device is trusted. */
export type Trust = Pick<
  DevicePolicy,
  'unprovenKeys' | 'withoutSerialBefore' | 'attestationRoots' | 'attestationIntermediates'
>;

/** Trust settings of a model that is no longer issued: no device is trusted. */
const NO_TRUST: Trust = {
  unprovenKeys: 'refuse',
  withoutSerialBefore: null,
  attestationRoots: [],
  attestationIntermediates: [],
};

/**
 * Returns the trust settings of the current policy, not of the policy at the start of the session. A removed root or a stricter policy therefore
 * applies at once, also to a session that began before.
 */
export const trustOf = ({ policyNow }: OperationContext): Trust => policyNow ?? NO_TRUST;
