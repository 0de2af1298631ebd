import { CardwrightError } from '@cardwright/protocol';
import { isProvedNow, unprovenRuleOf } from '../devices/device-trust.js';
import { readDevicePolicy } from '../rules/device-policy.js';
import type { Records } from '../store/records.js';
import type { Device } from '../store/rows.js';
import type { ReasonCode } from '../words/reasons.js';

/**
 * Requires that the current policy lets an operator vouch for a device.
 *
 * @throws CardwrightError `DEVICE_NOT_ELIGIBLE`
 */
export async function requireVouchable(records: Records, device: Device): Promise<void> {
  const row = await records.findPolicy(device.model);
  const policy = row && readDevicePolicy(row);
  if (!policy) throw new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason: 'model-not-issued' satisfies ReasonCode });
  if (unprovenRuleOf(device, policy) === 'refuse' && !isProvedNow(device, policy))
    throw new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason: 'attestation-needed' satisfies ReasonCode });
}
