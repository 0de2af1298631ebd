import { randomUUID } from 'node:crypto';
import { CardwrightError, type Result } from '@cardwright/protocol';
import { keepPrepared } from '../card-secrets/prepared-escrow.js';
import { findReplaceable, limitFor } from '../devices/replacement.js';
import { NO_UNLOCK_CODE } from '../devices/unlock-code.js';
import type { OperationContext } from '../operations/context.js';
import { wantsPiv } from '../rules/device-policy.js';
import { NO_INCIDENT } from '../rules/incident.js';
import type { DeviceRecord } from '../store/device-record.js';
import type { ReasonCode } from '../words/reasons.js';
import { capabilitiesOf, credentials, issuancePolicy, proof } from './issue-state.js';

/**
 * Keeps the escrow of the credentials that the host prepared. The step that applies the credentials to the card may be sent only afterwards.
 * Adds a row for the device if it has no row yet: the card's identity is settled by now, and only its CHUID was written.
 *
 * @throws CardwrightError as `addDevice` and `keepPrepared` do
 */
export async function keepCredentials(
  context: OperationContext,
  prepared: Result<'credentials.prepare'>,
): Promise<void> {
  const device = context.device ?? (await addDevice(context));
  const id = await keepPrepared(context, device, prepared);
  // The initial PIN of the escrow is as long as these rules want it.
  device.change({ pinRules: issuancePolicy(context).pinRules });
  context.keep(credentials, { escrow: id });
}

/**
 * Requires that the person may have one more device.
 *
 * @throws CardwrightError `DEVICE_LIMIT`
 */
export async function requirePlaceForDevice({ records, person, services }: OperationContext): Promise<void> {
  const { transaction } = records;
  const devices = await transaction.countDevices(person.id);
  const limit = await limitFor(transaction, person, devices, services.deviceLimit);
  // The person's row is locked, so that two issuances at once cannot exceed the limit together.
  if (devices >= limit) throw new CardwrightError('DEVICE_LIMIT', { limit: services.deviceLimit });
}

/**
 * Adds the device's row, in the state `producing`, and attaches the operation to it.
 *
 * @throws CardwrightError `DEVICE_LIMIT`; `DEVICE_NOT_ELIGIBLE` if another device in use has the identity or GUID
 */
export async function addDevice(context: OperationContext): Promise<DeviceRecord> {
  await requirePlaceForDevice(context);
  const { records, person, operation, info } = context;
  const { changeManagementKey, reset } = capabilitiesOf(info);
  const policy = issuancePolicy(context);
  const hasPiv = wantsPiv(policy);
  // Found under the person's lock, so that of two issuances at once only one replaces the device.
  const replaced = findReplaceable(await records.transaction.listReplacements(person.id));
  const identity = context.of(proof).shown?.identity ?? null;
  const device = await records.addDevice({
    id: randomUUID(),
    ownerId: person.id,
    model: info.model,
    // From the policy, not from the host, because operators who approve the device read this name.
    modelName: policy.modelName,
    name: null,
    serial: identity?.serial ?? info.serial,
    firmware: identity?.firmware ?? info.firmware,
    identity: identity?.key ?? null,
    guid: operation.guid,
    state: 'producing',
    stateBeforeSuspension: null,
    stateReason: null,
    proof: 'not-proved',
    managementKey: changeManagementKey ? 'own' : 'configured',
    // A device with passkeys alone need not be erased, because new passkeys replace the old ones.
    resettable: reset || !hasPiv,
    hasInitialPin: hasPiv,
    sharesPin: false,
    pinRules: null,
    pukApprovedAt: null,
    pukApprovedBy: null,
    ...NO_UNLOCK_CODE,
    ...NO_INCIDENT,
    stagedKey: null,
    replaces: replaced?.id ?? null,
    createdAt: records.now,
    updatedAt: records.now,
    issuedAt: null,
    activatedAt: null,
  });
  if (!device) throw new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason: 'being-issued' satisfies ReasonCode });
  context.attach(device, { cardHint: null });
  context.report('device.state-changed', { from: 'available', to: 'producing', reason: null });
  return device;
}
