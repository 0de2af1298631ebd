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
import { passkeyPolicyOf, refusal, registration, unkept } from './passkey-state.js';

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
  const passkey = await unlessRefused(context, service, null, async () => {
    const verified = await verifyRegistration({ options, origin: order.origin }, made.registration);
    if (await context.records.transaction.findPasskey(service.name, verified.credentialId))
      throw new CardwrightError('PASSKEY_REFUSED', { reason: 'known' });
    return verified;
  });
  if (!passkey) return;

  const undone = { rpId: ceremony.rpId, credential: passkey.credentialId };
  const kept = await unlessRefused(context, service, undone, async () => {
    // The service may have accepted the passkey of an unfinished registration already, so an unfinished registration does not expire here.
    if (!unfinished && expires <= context.services.now()) throw new CardwrightError('PASSKEY_EXPIRED');
    const place = await placeOf(context, ceremony, passkey, made);
    if (!context.device) await requirePlaceForDevice(context);
    // The service cannot take back what it accepts, so the store has the results first, whatever becomes of this transaction.
    if (!unfinished) throw new ResultsFirst();
    const { person, info } = context;
    const { modelName } = issuancePolicy(context);
    const name = info.serial === null ? modelName : `${modelName} ${info.serial}`;
    const accepted = await service.finish(person, { options, expires }, made.registration, name);
    return { ...accepted, place };
  });
  if (!kept) return;

  context.keep(registration, SETTLED);
  await keepPasskey(context, service, ceremony, { ...passkey, ...kept });
  await unlessRefused(context, service, undone, () => requireVouched(context, kept));
  becomePendingWhenWhole(context);
}

const SETTLED = { begun: null, order: null, unfinished: null };

/** Errors that refuse a passkey. Any other error is thrown. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'PASSKEY_REFUSED',
  'PASSKEY_EXPIRED',
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
 * @throws CardwrightError `PASSKEY_REFUSED` if the proof is invalid, the passkey is unusable or its AAGUID is not that of the device,
 * `PASSKEY_NOT_PROVED` if the policy requires a proof
 */
async function placeOf(
  context: OperationContext,
  { rpId, way, challenge }: Ceremony,
  passkey: RegisteredPasskey,
  { proof }: MadePasskey,
): Promise<Passkey['place']> {
  if (proof === null) {
    if (way === 'host') throw new CardwrightError('PASSKEY_REFUSED', { reason: 'unusable' });
    if (passkeyPolicyOf(context).unproved === 'refuse') throw new CardwrightError('PASSKEY_NOT_PROVED');
    return 'not-proved';
  }
  await verifyPlace(passkey, { rpId, challenge }, proof);
  const { aaguid } = context.info.fido2 ?? passkey;
  if (passkey.aaguid !== aaguid && passkey.aaguid !== NO_MODEL)
    throw new CardwrightError('PASSKEY_REFUSED', { reason: 'attestation' });
  return 'proved';
}

/** Adds the passkey to its device. A device that gets only passkeys gets its row here. */
async function keepPasskey(
  context: OperationContext,
  { name: service }: PasskeyService,
  { rpId, way }: Ceremony,
  { name, ...passkey }: RegisteredPasskey & AcceptedPasskey & Pick<Passkey, 'place'>,
): Promise<void> {
  const device = context.device ?? (await addDevice(context));
  const { operation, records } = context;
  const { place, attested } = passkey;
  const id = randomUUID();
  device.addPasskey({
    id,
    deviceId: device.row.id,
    operationId: operation.id,
    service,
    rpId,
    ...passkey,
    name,
    way,
    createdAt: records.now,
    lastUsedAt: null,
    removalDueAt: null,
    removedAt: null,
  });
  context.report('passkey.registered', { passkeyId: id, service, way, place, attested });
}

/**
 * Requires that the passkey of a device without PIV is attested, if the policy refuses unproved keys: such a device is proved by its passkeys.
 * If that passkey is not attested, all passkeys of the device become due for removal.
 *
 * @throws CardwrightError `PASSKEY_REFUSED`
 */
function requireVouched(context: OperationContext, { attested }: AcceptedPasskey): Promise<void> {
  if (attested || wantsPiv(issuancePolicy(context)) || trustOf(context).unprovenKeys !== 'refuse')
    return Promise.resolve();
  context.ownDevice.dropPasskeys();
  return Promise.reject(new CardwrightError('PASSKEY_REFUSED', { reason: 'attestation' }));
}
