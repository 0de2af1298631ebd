import { CardwrightError } from '@cardwright/protocol';
import type { DeviceIdentity } from '../attestation/attestation.js';
import { attestationFailure } from '../attestation/attestation-failure.js';
import { noteIdentity, requireFree } from '../devices/device-identity.js';
import type { OperationContext } from '../operations/context.js';
import { endOperations } from '../operations/running-operations.js';
import type { DeviceRecord } from '../store/device-record.js';
import type { Device, Escrow } from '../store/rows.js';
import type { ReasonCode } from '../words/reasons.js';
import { capabilitiesOf, proof } from './issue-state.js';
import { supersedeOtherKey } from './live-proof.js';
import type { KeyCandidate } from './management-authentication.js';

/**
 * Updates the device, now that the card proved a management key, and perhaps who it is. A card that keeps its
 * management key proves nothing by it.
 *
 * @param escrow that of the proved key
 */
export async function settleDevice(
  context: OperationContext,
  key: KeyCandidate,
  escrow: Escrow | undefined,
): Promise<void> {
  const { device } = context;
  const { shown } = context.of(proof);
  const { changeManagementKey } = capabilitiesOf(context.info);
  const isFactoryFresh = changeManagementKey && key.escrow === null;
  if (shown?.identity) await settleIdentity(context, shown.identity, isFactoryFresh);
  if (!device) return;
  if (changeManagementKey) dropWhatIsGone(context, device, escrow);
  if (shown) supersedeOtherKey(context, shown.publicKey);
}

/**
 * The vendor's signature decides who the card is, whatever page and host said. It must be the operation's device, or none that is
 * in use. A row of the person's own that it does not match is released, when the card has its factory key again.
 *
 * @throws CardwrightError `DEVICE_NOT_ELIGIBLE`, `ATTESTATION_CONTRADICTS`
 */
async function settleIdentity(
  context: OperationContext,
  identity: DeviceIdentity,
  isFactoryFresh: boolean,
): Promise<void> {
  const { device, records, person } = context;
  const rows = await records.transaction.findByIdentity(identity);
  const [row] = rows;
  if (device && row?.id !== device.row.id && (row || device.row.identity !== null || device.row.proof === 'attested'))
    throw attestationFailure('attested-serial-differs');
  if (device) noteIdentity(device, identity);
  else if (row && row.state !== 'available') {
    requireFree(person, row);
    if (!isFactoryFresh)
      throw new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason: 'being-issued' satisfies ReasonCode });
    await endOperations(records, person, row.id);
    // As it is now: an operator may have changed it since it was found.
    const current = await records.openDevice(row.id);
    if (current) requireFree(person, current.row);
    if (current && current.row.state !== 'available') current.changeState('available', person.username, 'erased');
  }
  if (isFactoryFresh) await forgetReleased(context, rows);
}

/** Drops the escrows of a device that proved its factory key and its identity, in every row that no longer belongs to anyone. */
async function forgetReleased({ records, device }: OperationContext, rows: readonly Device[]): Promise<void> {
  for (const { id } of rows) {
    const released = id === device?.row.id ? undefined : await records.openDevice(id);
    if (released?.row.state === 'available') released.dropNewerEscrows(undefined);
  }
}

/**
 * Updates the device after the card proved a management key, which is that of `proved`, or (undefined) the
 * factory's. The newer escrows were never applied, since their key would have come first. And slots get keys only after all
 * of an escrow was applied. Where the proved one was not wholly applied, whatever the device has a certificate for was erased
 * since, whoever did that, and whether or not the CMS heard of it.
 */
function dropWhatIsGone(
  { operation, person }: OperationContext,
  device: DeviceRecord,
  proved: Escrow | undefined,
): void {
  device.dropNewerEscrows(proved?.id);
  if (proved?.appliedAt) return;
  const gone = device.certificates.map(({ slot }) => slot);
  device.supersedeCertificates(gone, operation.id);
  // It is no longer complete, and must not be activated like this.
  if (device.row.state === 'pending') device.changeState('producing', person.username, null);
}
