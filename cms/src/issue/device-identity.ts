import { CardwrightError, decodeBytes } from '@cardwright/protocol';
import { attestationFailure } from '../attestation/attestation-failure.js';
import { isIdentifiedByKey, isKeyOfIdentity, vendorOf, type DeviceIdentity } from '../attestation/identity.js';
import { noteIdentity, requireFree } from '../devices/device-identity.js';
import type { OperationContext } from '../operations/context.js';
import { endOperations } from '../operations/running-operations.js';
import type { DeviceRecord } from '../store/device-record.js';
import type { Device, Escrow } from '../store/rows.js';
import type { ReasonCode } from '../words/reasons.js';
import { capabilitiesOf, proof } from './issue-state.js';
import type { LiveProof } from '../card-secrets/vendor-proof.js';
import { supersedeOtherKey } from './live-proof.js';
import type { KeyCandidate } from '../card-secrets/management-authentication.js';

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
  if (isOfOtherKey(device.row, shown)) startOver(context, device);
  if (shown?.identity) noteIdentity(device, shown.identity);
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
  if (device && row?.id !== device.row.id && (row || !mayBecome(device.row, identity)))
    throw attestationFailure('attested-serial-differs');
  if (!device && row && row.state !== 'available') {
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

/**
 * Whether the device of a row may turn out to be one that has no row: nothing proved who it is so far, or it is known by the key in 9E
 * alone, which can be replaced. Its vendor and its firmware cannot, and where it has a serial number, all of its attestations name it.
 */
function mayBecome(row: Device, { rootFingerprint, serial, firmware }: DeviceIdentity): boolean {
  if (row.identity === null) return row.proof !== 'attested';
  return (
    isIdentifiedByKey(row.identity) &&
    serial === null &&
    vendorOf(row.identity) === rootFingerprint &&
    row.firmware === firmware
  );
}

/** Whether a row is known by another key in 9E than the card shows, if it shows one. */
const isOfOtherKey = ({ identity }: Device, shown: LiveProof | null): boolean =>
  identity !== null &&
  isIdentifiedByKey(identity) &&
  (shown === null || !isKeyOfIdentity(identity, decodeBytes(shown.publicKey)));

/**
 * Begins the production of a device again. With its management key, or its factory's, the card has proved that its owner may continue.
 * But it may be another card of its batch by now: nothing that was certified, registered or approved for the one before counts for it.
 */
function startOver({ person: { username } }: OperationContext, device: DeviceRecord): void {
  device.changeState('failed', username, 'The key in 9E is not the one that identified the device.');
  device.changeState('producing', username, null);
  device.change({ identity: null, proof: 'not-proved' });
}

/** Drops the escrows of a device that proved its factory key and its identity, in every row that no longer belongs to anyone. */
async function forgetReleased({ records, device }: OperationContext, rows: readonly Device[]): Promise<void> {
  for (const { id } of rows) {
    const released = id === device?.row.id ? undefined : await records.openDevice(id);
    if (released?.row.state === 'available') released.noteManagementKey(undefined);
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
  device.noteManagementKey(proved?.id);
  if (proved?.appliedAt) return;
  const gone = device.certificates.map(({ slot }) => slot);
  device.supersedeCertificates(gone, operation.id);
  // It is no longer complete, and must not be activated like this.
  if (device.row.state === 'pending') device.changeState('producing', person.username, null);
}
