import type { OperationContext } from '../operations/context.js';
import type { DevicePolicy } from '../policies/device-policy.js';

/** What makes a device trusted. */
export type Trust = Pick<DevicePolicy, 'unprovenKeys' | 'attestationRoots' | 'attestationIntermediates'>;

/** For a model that is not issued any more. */
const NO_TRUST: Trust = { unprovenKeys: 'refuse', attestationRoots: [], attestationIntermediates: [] };

/**
 * Reads what is trusted at this moment, not when the session began. A removed root or a stricter policy counts for every certificate and
 * for the activation.
 */
export const trustOf = ({ policyNow }: OperationContext): Trust => policyNow ?? NO_TRUST;
