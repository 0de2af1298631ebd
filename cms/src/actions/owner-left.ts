import { isSuspendedByReport } from '../devices/reported.js';
import type { DeviceRecord } from '../store/device-record.js';
import type { Records } from '../store/records.js';
import type { Device } from '../store/rows.js';
import { OPERATOR_ACTIONS } from './operator-actions.js';

/** State reason of a device that was suspended or terminated because its owner left. */
const OWNER_LEFT = 'its owner left';

/** The actions of a CMS on the devices of a person who left. */
export type LeaverMeasure = 'suspend' | 'terminate';

/**
 * True if a device is suspended or terminated because its owner left. It stays so when the owner is back, until an operator resumes it.
 *
 * @example
 * if (stoppedByLeaving(device)) console.log('Its owner left.');
 */
export const stoppedByLeaving = ({ stateReason }: Pick<Device, 'stateReason'>): boolean => stateReason === OWNER_LEFT;

const isIn = (states: readonly Device['state'][], { state }: Device): boolean => states.includes(state);

/** True for a device that the owner could use before, and that an operator has released since: what an operator decided about one device stays. */
const isReleased = (device: Device): boolean => isIn(OPERATOR_ACTIONS.suspend.from, device);

const MEASURES: Readonly<Record<LeaverMeasure, (records: Records, device: DeviceRecord, by: string) => boolean>> = {
  suspend(records, device, by) {
    if (isIn(OPERATOR_ACTIONS.suspend.from, device.row)) device.changeState('suspended', by, OWNER_LEFT);
    else if (isSuspendedByReport(device.row)) takeOver(records, device, by);
    else return false;
    return true;
  },
  terminate(_records, device, by) {
    if (!isIn(OPERATOR_ACTIONS.terminate.from, device.row) || isReleased(device.row)) return false;
    device.changeState('terminated', by, OWNER_LEFT);
    return true;
  },
};

/**
 * Does to a device of a person who left what the actions `suspend` and `terminate` of operators do. The caller has locked the person, and knows that
 * the person is still away.
 *
 * `suspend` also takes a device over that its owner's report has suspended, so that an owner who is back cannot take the report back: only an operator
 * resumes it. `terminate` leaves a device that is in use: an operator has released it since.
 *
 * @param by name of the CMS in the audit log
 * @returns true if the device has changed
 * @example
 * await inTransaction({ store, now: () => new Date() }, (records) => ownerLeft(records, device.id, 'suspend', 'cms'));
 */
export async function ownerLeft(records: Records, id: string, measure: LeaverMeasure, by: string): Promise<boolean> {
  const device = await records.openDevice(id);
  return device !== undefined && MEASURES[measure](records, device, by);
}

/** Makes the suspension by an owner's report one that only an operator ends. No other device replaces the device meanwhile. */
function takeOver(records: Records, device: DeviceRecord, by: string): void {
  device.change({ stateReason: OWNER_LEFT, replacementAskedAt: null });
  const detail = { from: 'suspended', to: 'suspended', reason: OWNER_LEFT };
  records.record({ actor: by, event: 'device.state-changed', deviceId: device.row.id, detail });
}
