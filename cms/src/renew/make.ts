import { decodeBytes, isCardwrightError, CardwrightError, type Result } from '@cardwright/protocol';
import { SLOT_PIN_POLICY, type Slot } from '@cardwright/protocol/devices';
import { attestationFailure, type AttestationReason } from '../attestation/attestation-failure.js';
import { checkAttestation } from '../attestation/attestation.js';
import { isIdentifiedByKey, isIdentifiedBySerial, vendorOf } from '../attestation/identity.js';
import { certificateIn } from '../card-secrets/certified-key.js';
import { deviceProof } from '../card-secrets/device-proof.js';
import { readGeneratedKey, refusal, requireOwnKey, requireSignedRequest } from '../card-secrets/generated-key.js';
import { authentication } from '../card-secrets/management-authentication.js';
import { trustOf } from '../card-secrets/trust.js';
import { certify, type CertificateParties } from '../devices/certify.js';
import type { CardKey } from '../keys/card-key.js';
import { newChallenge } from '../keys/new-challenge.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call, Consequence, Step } from '../operations/definition.js';
import { whenUserStops } from '../operations/ended-by-user.js';
import type { Proof } from '../store/rows.js';
import { isStaged, keyIn, notePlace, ORDERED } from './key-places.js';
import { requirePolicy } from './renewable.js';
import {
  cardKeys,
  making,
  newKeys,
  PHASES,
  renewal,
  requests,
  slotInTurn,
  STAGING_SLOT,
  unreadIn,
} from './renewal-state.js';
import { enteredPin, giveUp } from './request.js';
import { madeInPlace, orderedInPlace } from './key-in-place.js';
import { authenticated, prepareAuthentication } from './write.js';

/** The host's results for a new key, until its certification request arrives. */
interface NewKey {
  readonly slot: Slot;
  /** Hash of the key that was certified for the slot before; null if there was none. */
  readonly formerHash: string | null;
  key: CardKey | undefined;
  attestation: Result<'key.attest'>['attestation'];
}

/**
 * Step that makes the new key of one slot, and has it certified on hold: in slot 95, from where it is moved later, or in the slot itself, where it
 * replaces the old key. The key signs its request, so that the card shows that it has it.
 */
export const makeStep: Step = {
  name: 'renewal-new-key',
  phase: PHASES.keys,
  progress: 65,
  slices: [deviceProof, authentication, renewal, newKeys, requests, cardKeys, making],
  needed: (context) => slotToMake(context) !== undefined,
  round: (context) => slotToMake(context) ?? '',
  prepare: async (context) => {
    await prepareAuthentication(context);
    const slot = requireSlot(context);
    const isMoved = context.of(newKeys).moved.includes(slot);
    const keys = isMoved ? [STAGING_SLOT, slot].flatMap((place) => keyIn(context, place) ?? []) : [];
    const leftovers = keys.filter((key) => isStaged(context, key)).map((key) => key.slot);
    const algorithm = requirePolicy(context).slots[slot];
    if (algorithm === undefined) throw new Error(`the policy wants no key in ${slot}`);
    context.keep(making, { challenge: newChallenge(), algorithm, leftovers });
    context.keep(renewal, { begun: [...new Set([...context.of(renewal).begun, slot])] });
    if (isMoved) context.ownDevice.change({ stagedKey: ORDERED });
    else orderedInPlace(context, slot);
  },
  calls: (context) => {
    const slot = requireSlot(context);
    return [
      ...authenticated(context),
      ...enteredPin(context, [slot]),
      ...context.of(making).leftovers.map((place) => deleted(context, place)),
      ...madeKey(context, slot),
    ];
  },
  errors: whenUserStops(giveUp),
};

function slotToMake(context: OperationContext): Slot | undefined {
  const slot = slotInTurn(context);
  return slot !== undefined && unreadIn(context, slot) === undefined ? slot : undefined;
}

function requireSlot(context: OperationContext): Slot {
  const slot = slotToMake(context);
  if (slot === undefined) throw new Error('no new key is to be made');
  return slot;
}

const deleted = (context: OperationContext, slot: Parameters<typeof notePlace>[1]): Call =>
  call('key.delete', { slot }, { read: () => notePlace(context, slot, undefined) });

function madeKey(context: OperationContext, slot: Slot): Call[] {
  const { info, ownDevice } = context;
  const isMoved = context.of(newKeys).moved.includes(slot);
  const place = isMoved ? STAGING_SLOT : slot;
  const isAttested = info.capabilities?.attestation === true;
  const { algorithm } = context.of(making);
  if (algorithm === null) throw new Error('a key is ordered with its algorithm');
  const made: NewKey = {
    slot,
    formerHash: certificateIn(context, slot)?.keyHash ?? null,
    key: undefined,
    attestation: null,
  };
  const policies =
    isMoved || isAttested
      ? ({ pinPolicy: SLOT_PIN_POLICY[slot], touchPolicy: 'never' } as const)
      : ({ pinPolicy: 'default', touchPolicy: 'default' } as const);
  const generate = call(
    'key.generate',
    { slot: place, algorithm, ...policies },
    {
      read: ({ publicKey }) => {
        made.key = readGeneratedKey(publicKey);
        if (isMoved) {
          ownDevice.change({ stagedKey: made.key.hash });
          notePlace(context, place, made.key.hash);
        } else madeInPlace(context, slot);
      },
    },
  );
  const attest = call(
    'key.attest',
    { slot: place },
    {
      read: ({ attestation }) => {
        made.attestation = attestation;
      },
    },
  );
  return [generate, ...(isAttested ? [attest] : []), requested(context, made)];
}

function requested(context: OperationContext, made: NewKey): Call {
  const { slot } = made;
  const { challenge } = context.of(making);
  if (challenge === null) throw new Error('a certification request answers a challenge');
  const place = context.of(newKeys).moved.includes(slot) ? STAGING_SLOT : slot;
  const secrets = SLOT_PIN_POLICY[slot] === 'never' ? {} : { pin: { source: 'session' } as const };
  return call(
    'csr.create',
    { slot: place, commonName: context.person.displayName, challenge, secrets },
    {
      read: ({ request }) => certifyNew(context, made, request, challenge),
      failed: async (error): Promise<Consequence | undefined> => {
        if (slot !== '9D' || !isCardwrightError(error, 'KEY_CANNOT_SIGN')) return undefined;
        await certifyNew(context, made, undefined, challenge);
        return 'continue';
      },
    },
  );
}

/**
 * Requests the certificate of a new key, on hold.
 *
 * @param request undefined if the key cannot sign. The policy can accept that of an attested key in 9D (`keyManagementCannotSign`).
 */
async function certifyNew(
  context: OperationContext,
  { slot, formerHash, key, attestation }: NewKey,
  request: string | undefined,
  challenge: string,
): Promise<void> {
  const { operation, ownDevice: device, person, records, services } = context;
  if (!key) throw new Error('a key is made before its request');
  const policy = requirePolicy(context);
  const algorithm = await requireOwnKey(context, key, policy.slots[slot]);
  if (key.hash === formerHash) throw refusal('key-not-new');
  const proof = await proofOf(context, slot, key, attestation);
  if (request !== undefined) await requireSignedRequest(request, key, challenge);
  else if (policy.keyManagementCannotSign !== 'accept-attested' || proof !== 'attested')
    throw new CardwrightError('KEY_CANNOT_SIGN', { slot });
  const policies = [services.certificatePolicies[proof === 'attested' ? 'proved' : 'unproved']];
  const report: CertificateParties['report'] = (...entry) => context.report(...entry);
  const { certificateDays: days } = policy;
  await certify(
    { authority: services.authority, device, person, now: records.now, report },
    { slot, key, policies, days, algorithm, proof, pendingRenewal: operation.id },
  );
  context.keep(renewal, { days });
  context.keep(making, { signed: [...context.of(making).signed, slot] });
}

/**
 * Determines whether it is proved that this very device made a key. The device was identified when it was issued.
 *
 * @throws CardwrightError an error of `attestationFailure`
 */
async function proofOf(
  context: OperationContext,
  slot: Slot,
  key: CardKey,
  attestation: NewKey['attestation'],
): Promise<Proof> {
  const { info, ownDevice } = context;
  const { identity } = ownDevice.row;
  const trust = trustOf(context);
  const isMoved = context.of(newKeys).moved.includes(slot);
  const verdict = await checkAttestation(
    attestation && {
      certificate: decodeBytes(attestation.certificate),
      intermediate: decodeBytes(attestation.intermediate),
    },
    { slot, ...(isMoved ? { madeIn: STAGING_SLOT } : {}), key, serial: info.serial },
    { roots: trust.attestationRoots, intermediates: trust.attestationIntermediates },
  );
  if (verdict.kind === 'not-proved') return unproved(context, verdict.reason);
  if (identity === null) return unproved(context, 'attestation-missing');
  const { rootFingerprint, serial } = verdict.device;
  if (rootFingerprint !== vendorOf(identity)) throw attestationFailure('attested-vendor-differs');
  // Without a serial number, the key may be in any device of the batch.
  if (serial === null || isIdentifiedByKey(identity)) return unproved(context, 'attested-serial-missing');
  if (!isIdentifiedBySerial(identity, serial)) throw attestationFailure('attested-serial-differs');
  return 'attested';
}

/** Accepts an unproved key only where the policy issues such devices like any other: no operator approves a key of a renewal. */
function unproved(context: OperationContext, why: AttestationReason): Proof {
  if (trustOf(context).unprovenKeys !== 'allow') throw attestationFailure(why);
  return 'not-proved';
}
