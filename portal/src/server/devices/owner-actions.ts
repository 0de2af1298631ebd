import { ownerActions, policyOf, type OwnerAction } from '@cardwright/cms';
import { and, eq, inArray } from 'drizzle-orm';
import type { Database } from '../store/database.js';
import { devicePolicies, operations } from '../store/schema.js';
import type { DeviceRecord } from './devices.js';

/** What their owner can do about some devices, by the device's id; read together. */
export async function listOwnerActions(
  db: Database,
  listed: readonly DeviceRecord[],
): Promise<ReadonlyMap<string, OwnerAction[]>> {
  const ids = listed.map(({ device }) => device.id);
  if (ids.length === 0) return new Map();
  const running = await db
    .select({ deviceId: operations.deviceId })
    .from(operations)
    .where(and(inArray(operations.deviceId, ids), eq(operations.status, 'running')));
  const models = [...new Set(listed.map(({ device }) => device.model))];
  const policies = await db.select().from(devicePolicies).where(inArray(devicePolicies.model, models));
  return new Map(
    listed.map(({ device }) => {
      const row = policies.find(({ model }) => model === device.model);
      const isRunning = running.some(({ deviceId }) => deviceId === device.id);
      return [device.id, ownerActions(device, { isRunning, policy: row && policyOf(row) })];
    }),
  );
}
