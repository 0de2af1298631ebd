import type { MemoryStore } from '@cardwright/cms';
import { ownerActions, type OwnerAction } from '@cardwright/cms/devices';
import { readDevicePolicy } from '@cardwright/cms/policies';
import type { Certificate, Device } from '@cardwright/cms/store';

type Contents = ReturnType<MemoryStore['contents']>;

/** Returns the certificates that a CMS shows of a device: the newest of each slot that was read back and not superseded since. */
export function shownCertificates({ certificates }: Contents, deviceId: string): Certificate[] {
  const own = certificates.filter(
    ({ deviceId: id, revocationReason, pendingRenewal }) =>
      id === deviceId && revocationReason !== 'superseded' && pendingRenewal === null,
  );
  const newest = own.filter(({ slot }, index) => index === own.findLastIndex((other) => other.slot === slot));
  return newest.sort((one, other) => one.slot.localeCompare(other.slot));
}

/** Returns what the owner of a device can do now. */
export function openToOwner({ operations, policies }: Contents, device: Device): OwnerAction[] {
  const isRunning = operations.some(({ deviceId, status }) => deviceId === device.id && status === 'running');
  const row = policies.find(({ model }) => model === device.model);
  return ownerActions(device, { isRunning, policy: row && readDevicePolicy(row) });
}
