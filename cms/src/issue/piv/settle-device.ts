import { CardwrightError } from '@cardwright/protocol';
import { attestationFailure } from '../../attestation/attestation-failure.js';
import { isIdentifiedByKey, isKeyOfIdentity, vendorOf, type DeviceIdentity } from '../../attestation/identity.js';
import type { KeyCandidate } from '../../card-secrets/management-authentication.js';
import { proofKeyOf, type LiveProof } from '../../card-secrets/vendor-proof.js';
import { noteIdentity, requireFree } from '../../devices/proved-identity.js';
import type { OperationContext } from '../../operations/context.js';
import { endOperations } from '../../operations/running-operations.js';
import type { DeviceRecord } from '../../store/device-record.js';
import type { Device, Escrow } from '../../store/rows.js';
import type { ReasonCode } from '../../words/reasons.js';
import { capabilitiesOf, proof } from '../issue-state.js';
import { supersedeOtherKey } from './live-proof.js';

/**
 * Updates the device after the card has proved a management key, and perhaps its identity. If the card cannot change its management key, the key
 * proves nothing about the device.
 *
 * @param escrow the escrow with the proved key; undefined if no escrow holds it
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
  if (shown) supersedeOtherKey(context, shown);
}

/**
 * Identifies the card by its vendor's signature, whatever page and host claimed. The card must be the operation's device, or a device that is not in
 * use. If the operation has no device and the row of this identity may be given up (`requireFree`), that row is released if the card has its factory
 * key again.
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
    // The row is opened again under its lock, because an operator may have changed the row since it was found.
    const current = await records.openDevice(row.id);
    if (current) requireFree(person, current.row);
    if (current && current.row.state !== 'available') current.changeState('available', person.username, 'erased');
  }
  if (isFactoryFresh) await forgetReleased(context, rows);
}

/**
 * True if the device of a row may be the one that has proved this identity, although the row has another identity or no identity. Either nothing
 * has proved the identity of the row's device so far, or that identity names only the key in 9E, which can be replaced. The vendor and the
 * firmware of a device cannot change, and a device with a signed serial number names that number in all its attestations.
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

/** True if a row is identified by a key in 9E, and the card has proved another key in that slot, or no key, in this session. */
const isOfOtherKey = ({ identity }: Device, shown: LiveProof | null): boolean =>
  identity !== null && isIdentifiedByKey(identity) && (shown === null || !isKeyOfIdentity(identity, proofKeyOf(shown)));

/**
 * Restarts the production of a device. The card has proved the device's management key, or the factory key, so its owner may continue. But the
 * card may now be another card of the batch, so nothing that was certified, registered or approved for the earlier card counts.
 */
function startOver({ person: { username } }: OperationContext, device: DeviceRecord): void {
  device.changeState('failed', username, 'The key in 9E is not the one that identified the device.');
  device.changeState('producing', username, null);
  device.change({ identity: null, proof: 'not-proved' });
}

/**
 * Drops the escrows in the released rows of a card that has proved its factory key and its identity, except the escrows of the operation's own
 * device.
 */
async function forgetReleased({ records, device }: OperationContext, rows: readonly Device[]): Promise<void> {
  for (const { id } of rows) {
    const released = id === device?.row.id ? undefined : await records.openDevice(id);
    if (released?.row.state === 'available') released.noteManagementKey(undefined);
  }
}

/**
 * Updates the device after the card proved the management key of `proved`, or (undefined) the factory key.
 *
 * - Newer escrows with a management key were never applied, since their key would have come first.
 * - Slots get keys only after an escrow was fully applied. If the proved escrow was not applied, every certified key of the device has been
 *   erased since, whoever did that, and whether or not the CMS learned of it.
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
  // The device is no longer complete, and must not be activated in this condition.
  if (device.row.state === 'pending') device.changeState('producing', person.username, null);
}
