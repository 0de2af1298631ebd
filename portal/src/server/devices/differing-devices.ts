import { differencesFrom, readDevicePolicy, workAgainst, type DevicePolicy } from '@cardwright/cms/policies';
import type { Database } from '../store/database.js';
import { readDevicePage, type ListedDevice } from '../store/device-list.js';
import { devicePolicies } from '../store/schema.js';
import { reachOf } from '../rights.js';
import { describeForOperator, type Judging } from './device-description.js';

/** Number of active devices that are read at once. */
const READ_AT_ONCE = 50;
/** Number of devices that differ after which an answer ends, and number of devices that are compared for one answer at most. */
const ENOUGH = 50;
const MOST_COMPARED = 1000;

/** A device that differs from the policy of its model, as the operator's page shows it. */
export type DifferingDevice = ReturnType<typeof describeDifferences>;

/** Active devices that differ from the policies of their models, the newest first. */
export interface DifferingDevices {
  readonly devices: readonly DifferingDevice[];
  /** Value for `after`; null if all devices were compared. */
  readonly next: string | null;
}

/**
 * Compares active devices with the policies of their models as they are now, and lists those that differ. Mobile devices have no policy.
 *
 * @param after `next` of the previous answer
 */
export async function listDiffering(db: Database, operator: Judging, after?: string): Promise<DifferingDevices> {
  const reach = reachOf(operator.reaches, 'see-devices');
  const rows = await db.select().from(devicePolicies);
  const policies = new Map(rows.map((row) => [row.model, readDevicePolicy(row)]));
  const devices: DifferingDevice[] = [];
  let next: string | null = after ?? null;
  for (let compared = 0; compared < MOST_COMPARED && devices.length < ENOUGH; compared += READ_AT_ONCE) {
    const page = await readDevicePage(db, reach, { state: 'active' }, READ_AT_ONCE, next ?? undefined);
    for (const one of page.records) {
      const policy = policies.get(one.device.model);
      const described = policy && describeDifferences(one, policy, operator);
      if (described && described.differences.length > 0) devices.push(described);
    }
    next = page.next;
    if (next === null) break;
  }
  return { devices, next };
}

function describeDifferences(one: ListedDevice, policy: DevicePolicy, operator: Judging) {
  const { device, certificates, valid } = one;
  const differences = differencesFrom(policy, { device, certificates, passkeys: valid.passkeys });
  return {
    device: describeForOperator(one, operator),
    differences,
    /** Kinds of work that remove the differences; `erase` if the device must be erased and issued again. */
    work: workAgainst(differences),
  };
}
