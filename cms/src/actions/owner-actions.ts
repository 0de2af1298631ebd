import { CardwrightError } from '@cardwright/protocol';
import { whyDeclined } from '../devices/declined.js';
import { PHONE } from '../devices/device-state.js';
import { canChoosePin } from '../devices/eligibility.js';
import { endOperations } from '../operations/running-operations.js';
import type { DevicePolicy } from '../policies/device-policy.js';
import { policyOf } from '../policies/policies.js';
import type { Records } from '../store/records.js';
import type { Device, Person } from '../store/rows.js';

/**
 * What owners can do about a device of theirs that is not complete: `continue` where its issuance broke off, or `start-again`, which
 * gives the row up and has the card erased.
 */
export type OwnerAction = 'continue' | 'start-again';

/** What is known of a device besides its row. */
export interface DeviceSituation {
  /** Whether an operation runs on it. */
  readonly isRunning: boolean;
  /** The policy of its model. */
  readonly policy: Pick<DevicePolicy, 'reset'> | undefined;
}

/** What its owner can do about a device, the usual first. Empty where nothing is to be done, or only an operator can do it. */
export function ownerActions(device: Device, { isRunning, policy }: DeviceSituation): OwnerAction[] {
  // Its enrolment ends with a device that works, or with none: there is no card to continue with.
  if (device.model === PHONE) return [];
  switch (device.state) {
    case 'producing':
      return ['continue'];
    case 'pending':
      // Given up, it waits for an operator, who can have its initial PIN shown.
      return canChoosePin(device, isRunning) ? ['continue'] : [];
    case 'failed':
      if (whyDeclined(device) !== null) return [];
      // A card that cannot be erased can only be continued, and then all its keys are made again.
      return device.resettable && policy?.reset === 'allow' ? ['continue', 'start-again'] : ['continue'];
    default:
      return [];
  }
}

/**
 * Releases a failed device, so that its owner can start again. Its card now is a used one that belongs to nobody, to be erased
 * and issued again. Its certificates stay revoked, and operators still see its row. What was under way with it ends.
 *
 * @throws CardwrightError `DEVICE_STATE` when it is not this person's, has not failed, or cannot be erased
 */
export async function startAgain(records: Records, person: Person, id: string): Promise<void> {
  const { transaction } = records;
  await transaction.lockPerson(person.id);
  const isOwn = (await transaction.ownerOf(id)) === person.id;
  const device = isOwn ? await records.openDevice(id) : undefined;
  if (!device) throw new CardwrightError('DEVICE_STATE', { state: 'unknown' });
  const policy = await transaction.findPolicy(device.row.model);
  const situation = { isRunning: false, policy: policy && policyOf(policy) };
  if (!ownerActions(device.row, situation).includes('start-again'))
    throw new CardwrightError('DEVICE_STATE', { state: device.row.state });
  await endOperations(records, person, id);
  device.changeState('available', person.username, 'started again');
}
