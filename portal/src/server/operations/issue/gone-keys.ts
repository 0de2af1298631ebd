import type { Slot } from '@cardwright/protocol';
import { record } from '../../audit.js';
import { changeState, lockDevice, supersede, validCertificates } from '../../devices/devices.js';
import { dropNewer } from '../../keys/escrow.js';
import type { Device, Escrow } from '../../store/schema.js';
import type { OperationContext } from '../operation-kind.js';

/**
 * Draws the conclusions from a management key that the card proved to have, which is that of `proved`, or (undefined) the
 * factory's. The newer escrows were never applied, since their key would have come first. And slots get keys only after all
 * of an escrow was applied: where that is not so of the proved one, whatever the device has a certificate for was erased
 * since, whoever did that and whether or not the CMS heard of it.
 */
export async function dropWhatIsGone(
  context: OperationContext,
  device: Device,
  proved: Escrow | undefined,
): Promise<Device> {
  const { db, user } = context;
  await dropNewer(db, device.id, proved);
  if (proved?.appliedAt) return device;
  const gone = (await validCertificates(db, device.id)).map(({ slot }) => slot);
  await supersedeKeys(context, device, gone);
  if (device.state !== 'pending') return device;
  // It is not whole any more; nobody shall activate it like this.
  await changeState(db, device, 'producing', user.username, null);
  return (await lockDevice(db, device.id)) ?? device;
}

/** Revokes the certificates of slots whose keys are gone, or are about to be replaced. */
export async function supersedeKeys(
  { db, operation }: OperationContext,
  { id }: Device,
  slots: readonly Slot[],
): Promise<void> {
  for (const certificate of await supersede(db, id, slots))
    await record(db, {
      actor: 'portal',
      event: 'certificate.superseded',
      deviceId: id,
      operationId: operation.id,
      detail: { slot: certificate.slot, serialNumber: certificate.serialNumber },
    });
}
