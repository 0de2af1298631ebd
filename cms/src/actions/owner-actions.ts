import { CardwrightError } from '@cardwright/protocol';
import { whyDeclined } from '../devices/declined.js';
import { isKnownUnfit } from '../devices/unfit.js';
import { canChoosePin } from '../devices/issuance-eligibility.js';
import { endOperations } from '../operations/running-operations.js';
import { readDevicePolicy, type DevicePolicy } from '../rules/device-policy.js';
import { PHONE } from '../rules/device-state.js';
import type { Records } from '../store/records.js';
import type { Device, Person } from '../store/rows.js';

/**
 * Actions that owners can take on an incomplete device: `continue` the interrupted issuance, or `start-again`, which releases the device's
 * row, so that the card is erased and issued again.
 */
export type OwnerAction = 'continue' | 'start-again';

/** Facts about a device that its row does not hold. */
export interface DeviceSituation {
  /** True if an operation runs on the device. */
  readonly isRunning: boolean;
  /** Policy of the device's model; undefined if the model is no longer issued. */
  readonly policy: Pick<DevicePolicy, 'reset'> | undefined;
}

/**
 * Lists the actions that the owner of a device can take, the usual one first. The list is empty if nothing is to be done, if only an operator
 * can act, and for mobile devices.
 *
 * @example
 * const [usual] = ownerActions(device, { isRunning: false, policy });
 */
export function ownerActions(device: Device, { isRunning, policy }: DeviceSituation): OwnerAction[] {
  // The enrolment of a mobile device ends with a working device or with none, so there is nothing to continue.
  if (device.model === PHONE) return [];
  switch (device.state) {
    case 'producing':
      return ['continue'];
    case 'pending':
      // A pending device that was given up with its initial PIN waits for an operator, who can read that PIN.
      return canChoosePin(device, isRunning) ? ['continue'] : [];
    case 'failed':
      if (whyDeclined(device) !== null || isKnownUnfit(device)) return [];
      // If the card cannot or may not be erased, its issuance can only be continued, which generates all keys again.
      return device.resettable && policy?.reset === 'allow' ? ['continue', 'start-again'] : ['continue'];
    default:
      return [];
  }
}

/**
 * Releases a failed device, so that its owner can start again. The card then counts as a used card that belongs to nobody: it is erased and
 * issued again. The device's certificates stay revoked, and operators still see its row. Operations that run on the device end.
 *
 * @throws CardwrightError `DEVICE_STATE` if the device is not this person's, has not failed, was declined, or cannot or may not be erased
 */
export async function startAgain(records: Records, person: Person, id: string): Promise<void> {
  const { transaction } = records;
  await transaction.lockPerson(person.id);
  const isOwn = (await transaction.ownerOf(id)) === person.id;
  const device = isOwn ? await records.openDevice(id) : undefined;
  if (!device) throw new CardwrightError('DEVICE_STATE', { state: 'unknown' });
  const policy = await transaction.findPolicy(device.row.model);
  const situation = { isRunning: false, policy: policy && readDevicePolicy(policy) };
  if (!ownerActions(device.row, situation).includes('start-again'))
    throw new CardwrightError('DEVICE_STATE', { state: device.row.state });
  await endOperations(records, person, id);
  device.changeState('available', person.username, 'started again');
}
