import { CardwrightError, validate } from '@cardwright/protocol';
import * as v from 'valibot';
import { isOwnersSide, type ActingOperator } from '../devices/acting-operator.js';
import { newCode, takesCode, type UnlockCode } from '../devices/unlock-code.js';
import { spend } from '../operations/quotas.js';
import type { Services } from '../operations/services.js';
import { readDevicePolicy } from '../rules/device-policy.js';
import type { Records } from '../store/records.js';
import { openSeen, seenVersion } from './seen-device.js';

const codeRequest = v.strictObject({ seen: seenVersion });

/**
 * Issues a one-time code for a device that an operator has seen. The code replaces an earlier code. No later call returns the code.
 *
 * @param request the body of the page's request: `{ seen }`
 * @throws CardwrightError `INVALID_PARAMS`, `DEVICE_CHANGED`, `RATE_LIMITED`; `DEVICE_STATE` if there is no such device, if the device is not active
 * or has no PUK, if its model has no policy, or if that policy wants no code; `FORBIDDEN` if the device is the operator's own, or that of someone of whom
 * the operator is not independent
 */
export async function issueUnlockCode(
  { store, quotas }: Services,
  records: Records,
  operator: ActingOperator,
  id: string,
  request: unknown,
): Promise<UnlockCode> {
  const { seen } = validate(codeRequest, request);
  const device = await openSeen(records, id, seen);
  const policy = await records.findPolicy(device.row.model);
  if (!takesCode(device.row, policy && readDevicePolicy(policy)))
    throw new CardwrightError('DEVICE_STATE', { state: device.row.state });
  if (isOwnersSide(device.row, operator)) throw new CardwrightError('FORBIDDEN');
  await spend(records.transaction, operator, 'unlock-code-issued', quotas.unlockCodesPerHour);
  const issued = await newCode(device, store.keys, operator, records.now);
  const detail = { expiresAt: issued.expiresAt.toISOString() };
  records.record({ actor: operator.username, event: 'unlock-code.issued', deviceId: id, detail });
  return issued;
}
