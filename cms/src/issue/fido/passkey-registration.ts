import { randomUUID } from 'node:crypto';
import { CardwrightError, isCardwrightError, type ErrorCode, type Result } from '@cardwright/protocol';
import { trustOf } from '../../card-secrets/trust.js';
import type { OperationContext } from '../../operations/context.js';
import { ResultsFirst } from '../../operations/results-first.js';
import type { AcceptedPasskey, PasskeyService } from '../../passkeys/passkey-service.js';
import { verifyPlace, verifyRegistration, type RegisteredPasskey } from '../../passkeys/verify.js';
import { wantsPiv } from '../../rules/device-policy.js';
import type { Passkey } from '../../store/rows.js';
import { becomePendingWhenWhole } from '../completion.js';
import { addDevice, requirePlaceForDevice } from '../device-row.js';
import { issuancePolicy } from '../issue-state.js';
import { passkeyTerms, refusal, registration, unkept } from './passkey-state.js';

/** The host's results for a new passkey. */
export type MadePasskey = Pick<Result<'fido.createCredential'>, 'registration' | 'proof'>;

/** How the current step creates the passkey of a registration. */
interface Ceremony extends Pick<Passkey, 'rpId' | 'way'> {
  /** Challenge for the passkey to sign in this session, base64url. */
  readonly challenge: string;
}

/** AAGUID of an authenticator that does not reveal its model. Browsers return this AAGUID if no attestation was requested. */
const NO_MODEL = '00000000-0000-0000-0000-000000000000';

/**
 * Registers a new passkey: verifies the passkey, passes it to its service, and adds it to the device. If the passkey is refused, a verified passkey
 * is deleted from the device if possible. The reason then ends the session or, if the error is not resumable, the operation.
 *
 * @throws CardwrightError `PASSKEY_SERVICE_UNAVAILABLE`: the same results can be sent again later
 */
export async function registerPasskey(
  context: OperationContext,
  service: PasskeyService,
  made: MadePasskey,
): Promise<void> {
  const { begun, order, unfinished } = context.of(registration);
  if (!begun || !order) throw new Error('no registration was begun');
  const { options } = begun;
  const expires = new Date(begun.expires);
  const ceremony = { rpId: options.rp.id, way: order.way, challenge: order.challenge };

  // An answer that is not yet verified may name any passkey of the device, so no passkey is deleted if the answer is refused.
  const verified = await unlessRefused(context, service, null, async () => {
    const passkey = await verifyRegistration({ options, origin: order.origin }, made.registration);
    const known = (await context.records.transaction.findPasskey(service.name, passkey.credentialId))?.passkey;
    const isOwn = known?.operationId === context.operation.id && known.unconfirmed !== null;
    if (known && !isOwn) throw new CardwrightError('PASSKEY_REFUSED', { reason: 'known' });
    return { passkey, unconfirmed: known };
  });
  if (!verified) return;

  const { passkey, unconfirmed } = verified;
  const undone = { rpId: ceremony.rpId, credential: passkey.credentialId };
  const kept = await unlessRefused(context, service, undone, async () => {
    const place = await placeOf(context, ceremony, passkey, made);
    if (!context.device) await requirePlaceForDevice(context);
    const { modelName } = issuancePolicy(context);
    const { serial } = context.info;
    const name = serial === null ? modelName : `${modelName} ${serial}`;
    // The service may have accepted the passkey of an unfinished registration already, so that registration neither expires nor is judged here.
    if (!unfinished) {
      if (expires <= context.services.now()) throw new CardwrightError('PASSKEY_EXPIRED');
      requireAllowed(context, service, ceremony, place);
      const row = rowOf(context, service, ceremony, { ...passkey, place, name, ...NOT_ACCEPTED });
      const again = { options, expires: begun.expires, registration: made.registration };
      // The service cannot take back what it accepts, so the store has the results first, whatever becomes of this transaction.
      throw new ResultsFirst((later) =>
        later.device?.noteUnconfirmed({ ...row, removalDueAt: later.records.now, unconfirmed: again }),
      );
    }
    try {
      const accepted = await service.finish(context.person, { options, expires }, made.registration, name);
      return { ...accepted, place };
    } catch (error) {
      if (unconfirmed && saysNothingIsThere(error))
        context.ownDevice.noteUnconfirmed({ ...unconfirmed, removedAt: context.records.now });
      throw error;
    }
  });
  if (!kept) return;

  context.keep(registration, SETTLED);
  const device = context.device ?? (await addDevice(context));
  const row = { ...rowOf(context, service, ceremony, { ...passkey, ...kept }), deviceId: device.row.id };
  device.addPasskey({ ...row, id: unconfirmed?.id ?? row.id });
  const { way, place, attested } = row;
  const passkeyId = unconfirmed?.id ?? row.id;
  context.report('passkey.registered', { passkeyId, service: service.name, way, place, attested });
  await unlessRefused(context, service, undone, () => {
    requireVouched(context, passkeyId, kept);
    // The policy may have become stricter since the service was told.
    requireAllowed(context, service, ceremony, kept.place, () => device.dropPasskey(passkeyId, 'portal'));
    return Promise.resolve();
  });
  becomePendingWhenWhole(context);
}

/** Facts about a passkey from its service, which has not accepted it yet. */
const NOT_ACCEPTED = { serviceId: '', attested: false };

/** True if a service has answered that it has no passkey from a registration. Any other error leaves that open. */
const saysNothingIsThere = (error: unknown): boolean =>
  isCardwrightError(error, 'PASSKEY_REFUSED') || isCardwrightError(error, 'PASSKEY_EXPIRED');

const SETTLED = { begun: null, order: null, unfinished: null };

/** Errors that refuse a passkey. Any other error is thrown. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'PASSKEY_REFUSED',
  'PASSKEY_EXPIRED',
  'PASSKEY_FORBIDDEN',
  'PASSKEY_NOT_PROVED',
  'PASSKEY_SERVICE_REFUSED',
  'DEVICE_LIMIT',
]);

/**
 * Runs a part of a registration. If the part refuses the passkey, ends the registration, notes the reason for the end of the session, and
 * returns undefined.
 *
 * @param undone the passkey to delete from the device before the session ends; null to delete no passkey
 */
async function unlessRefused<T>(
  context: OperationContext,
  { name: service }: PasskeyService,
  undone: { readonly rpId: string; readonly credential: string } | null,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!isCardwrightError(error) || !REFUSALS.has(error.code)) throw error;
    context.keep(registration, SETTLED);
    context.keep(refusal, { error: error.toWire() });
    context.keep(unkept, { passkey: undone });
    const reason = isCardwrightError(error, 'PASSKEY_REFUSED') ? error.data.reason : null;
    context.report('passkey.refused', { service, error: error.code, reason }, 'failed');
    return undefined;
  }
}

/**
 * Determines whether the passkey is proved to be on the open device, and can be used there. A device does not sign with a passkey that the
 * browser created elsewhere. A passkey that the host created on the device is of no use if the device does not sign with it.
 *
 * @throws CardwrightError `PASSKEY_REFUSED` if the proof is invalid, the passkey is unusable or its AAGUID is not that of the device
 */
async function placeOf(
  context: OperationContext,
  { rpId, way, challenge }: Ceremony,
  passkey: RegisteredPasskey,
  { proof }: MadePasskey,
): Promise<Passkey['place']> {
  if (proof === null) {
    if (way === 'host') throw new CardwrightError('PASSKEY_REFUSED', { reason: 'unusable' });
    return 'not-proved';
  }
  await verifyPlace(passkey, { rpId, challenge }, proof);
  const { aaguid } = context.info.fido2 ?? passkey;
  if (passkey.aaguid !== aaguid && passkey.aaguid !== NO_MODEL)
    throw new CardwrightError('PASSKEY_REFUSED', { reason: 'attestation' });
  return 'proved';
}

/**
 * Requires that the policy (`passkeyTerms`) allows the passkey.
 *
 * @param undo takes back what was done with the passkey before it is refused
 * @throws CardwrightError `PASSKEY_FORBIDDEN` if the policy no longer names the service or the way, `PASSKEY_NOT_PROVED` if it requires a proof
 */
function requireAllowed(
  context: OperationContext,
  { name: service }: PasskeyService,
  { way }: Ceremony,
  place: Passkey['place'],
  undo: () => void = () => undefined,
): void {
  const terms = passkeyTerms(context);
  const isWanted = terms?.services.includes(service) === true && terms.ways.includes(way);
  if (isWanted && (place === 'proved' || terms.unproved === 'accept')) return;
  undo();
  throw new CardwrightError(isWanted ? 'PASSKEY_NOT_PROVED' : 'PASSKEY_FORBIDDEN');
}

/** Makes the row of a passkey. The row of a device that gets only passkeys may not exist yet. */
function rowOf(
  { device, operation, records }: OperationContext,
  { name: service }: PasskeyService,
  { rpId, way }: Ceremony,
  passkey: RegisteredPasskey & AcceptedPasskey & Pick<Passkey, 'place'>,
): Passkey {
  return {
    id: randomUUID(),
    deviceId: device?.row.id ?? '',
    operationId: operation.id,
    service,
    rpId,
    ...passkey,
    way,
    createdAt: records.now,
    lastUsedAt: null,
    removalDueAt: null,
    removedAt: null,
    unconfirmed: null,
  };
}

/**
 * Requires that the passkey of a device without PIV is attested, as far as the policy wants proved devices: such a device is proved by its passkeys.
 * During an issuance, all passkeys of the device become due for removal if its new passkey is not attested. An active device keeps the others. If
 * the policy is `supervised`, an operator approves what an issuance makes; a device that was active as proved gets no passkey that nobody approves.
 *
 * @throws CardwrightError `PASSKEY_REFUSED`
 */
function requireVouched(context: OperationContext, id: string, { attested }: AcceptedPasskey): void {
  const { unprovenKeys } = trustOf(context);
  const { row } = context.ownDevice;
  const isActive = row.state === 'active';
  const isApproved = unprovenKeys === 'supervised' && (!isActive || row.proof === 'not-proved');
  if (attested || wantsPiv(issuancePolicy(context)) || unprovenKeys === 'allow' || isApproved) return;
  if (isActive) context.ownDevice.dropPasskey(id, 'portal');
  else context.ownDevice.dropPasskeys();
  throw new CardwrightError('PASSKEY_REFUSED', { reason: 'attestation' });
}
