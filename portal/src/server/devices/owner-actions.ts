import { ownerActions, type OwnerAction } from '@cardwright/cms/devices';
import { readDevicePolicy } from '@cardwright/cms/policies';
import type { Device } from '@cardwright/cms/store';
import { and, eq, inArray } from 'drizzle-orm';
import type { Database } from '../store/database.js';
import { devicePolicies, operations } from '../store/schema.js';

/**
 * Lists the actions that the owner of each given device can take on it, by device id. Runs at most two database statements, however many devices
 * there are.
 */
export async function listOwnerActions(
  db: Database,
  listed: readonly Device[],
): Promise<ReadonlyMap<string, OwnerAction[]>> {
  const inState = (wanted: Device['state']): Device[] => listed.filter(({ state }) => state === wanted);
  const running = await findRunning(
    db,
    inState('pending').map(({ id }) => id),
  );
  const policies = await findPolicies(db, [...new Set(inState('failed').map(({ model }) => model))]);
  return new Map(
    listed.map((device) => {
      const policy = policies.find(({ model }) => model === device.model);
      const situation = { isRunning: running.has(device.id), policy: policy && readDevicePolicy(policy) };
      return [device.id, ownerActions(device, situation)];
    }),
  );
}

async function findRunning(db: Database, ids: readonly string[]): Promise<ReadonlySet<string | null>> {
  if (ids.length === 0) return new Set();
  const rows = await db
    .select({ deviceId: operations.deviceId })
    .from(operations)
    .where(and(inArray(operations.deviceId, [...ids]), eq(operations.status, 'running')));
  return new Set(rows.map(({ deviceId }) => deviceId));
}

const findPolicies = async (db: Database, models: readonly string[]) =>
  models.length === 0
    ? []
    : db
        .select()
        .from(devicePolicies)
        .where(inArray(devicePolicies.model, [...models]));
