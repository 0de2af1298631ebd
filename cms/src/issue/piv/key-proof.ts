import { CardwrightError, decodeBytes, type Result } from '@cardwright/protocol';
import type { Slot } from '@cardwright/protocol/devices';
import { attestationFailure, type AttestationReason } from '../../attestation/attestation-failure.js';
import { checkAttestation, type AttestedDevice } from '../../attestation/attestation.js';
import { isTrustedVendor } from '../../attestation/chain.js';
import { requireOwnKey, requireSignedRequest } from '../../card-secrets/generated-key.js';
import { trustOf, type Trust } from '../../card-secrets/trust.js';
import { PROOF_SLOT, proofKeyOf } from '../../card-secrets/vendor-proof.js';
import { certify, type CertificateParties } from '../../devices/certify.js';
import { unprovenRuleOf } from '../../devices/device-trust.js';
import type { CardKey } from '../../keys/card-key.js';
import type { OperationContext } from '../../operations/context.js';
import type { Proof } from '../../store/rows.js';
import { issuancePolicy, keys, proof as proofSlice } from '../issue-state.js';

/** The host's results for one slot. */
export interface GeneratedKey {
  readonly slot: Slot;
  readonly key: CardKey;
  /** The DER certificates from `key.attest`, base64url; null if `key.attest` returned none or was not called. */
  readonly attestation: Result<'key.attest'>['attestation'];
  /** The DER certification request (PKCS #10), base64url; undefined if the key cannot sign, or has signed in the live proof. */
  readonly request: string | undefined;
}

/**
 * Requests a certificate for a key after these checks: the key has the ordered algorithm, was never certified on another device, is attested if the
 * policy demands that, and signed the request, if it can sign. A key that cannot sign must pass `mayGoUnsigned`. The certificate is on hold until the
 * device is active.
 *
 * @throws CardwrightError `ATTESTATION_MISSING`, `ATTESTATION_UNREADABLE`, `ATTESTATION_UNTRUSTED`, `ATTESTATION_CONTRADICTS`, `WEAK_KEY_GENERATION`,
 * `KEY_CANNOT_SIGN`, `OPERATION_FAILED` for another algorithm, a key of another device, a weak key or an invalid request, `CERTIFICATE_KEY_MISMATCH`,
 * `CA_REFUSED`, `CA_UNAVAILABLE`
 */
export async function issueCertificate(context: OperationContext, generated: GeneratedKey): Promise<void> {
  const { person, ownDevice: device, services, records } = context;
  const policy = issuancePolicy(context);
  const { slot, key, request } = generated;
  const algorithm = await requireOwnKey(context, key, policy.slots[slot]);
  const proof = await proofOf(context, generated);
  if (request !== undefined) await requireSignedRequest(request, key, context.of(keys).requestChallenge);
  else if (!hasProvedItself(context, generated) && !mayGoUnsigned(context, slot, proof))
    throw new CardwrightError('KEY_CANNOT_SIGN', { slot });
  const policies = [services.certificatePolicies[proof === 'attested' ? 'proved' : 'unproved']];
  const report: CertificateParties['report'] = (...entry) => context.report(...entry);
  await certify(
    { authority: services.authority, device, person, now: records.now, report },
    { slot, key, policies, days: policy.certificateDays, algorithm, proof },
  );
}

/** True if the key of a slot has signed a challenge of this session in the live proof. */
function hasProvedItself(context: OperationContext, { slot, key }: Pick<GeneratedKey, 'slot' | 'key'>): boolean {
  const { shown } = context.of(proofSlice);
  return slot === PROOF_SLOT && shown !== null && proofKeyOf(shown).equals(key);
}

/**
 * True if a key may be certified without a signed request. A key management key (9D) may be able only to agree on keys, not to sign (SP
 * 800-78-4, 3.1). Such a key is certified only if the policy accepts that and the vendor attests the key.
 */
const mayGoUnsigned = (context: OperationContext, slot: Slot, proof: Proof): boolean =>
  slot === '9D' && issuancePolicy(context).keyManagementCannotSign === 'accept-attested' && proof === 'attested';

/**
 * Determines whether it is proved that this device generated the key. The key of the live proof needs no attestation of its own, because that
 * key was judged with the proof.
 *
 * @throws CardwrightError an error of `attestationFailure` for a contradiction, or if the policy refuses unproven keys
 */
async function proofOf(context: OperationContext, { slot, key, attestation }: GeneratedKey): Promise<Proof> {
  const trust = trustOf(context);
  const { shown: liveProof } = context.of(proofSlice);
  const vendor = liveProof?.identity && isTrustedVendor(liveProof.identity.rootFingerprint, trust);
  if (hasProvedItself(context, { slot, key }))
    return vendor ? 'attested' : unproved(trust.unprovenKeys, 'attestation-root-unknown');
  const verdict = await checkAttestation(
    attestation && {
      certificate: decodeBytes(attestation.certificate),
      intermediate: decodeBytes(attestation.intermediate),
    },
    { slot, key, serial: liveProof?.identity?.serial ?? context.info.serial },
    { roots: trust.attestationRoots, intermediates: trust.attestationIntermediates },
  );
  if (verdict.kind === 'not-proved') return unproved(trust.unprovenKeys, verdict.reason);
  if (!liveProof?.identity) return unproved(trust.unprovenKeys, 'attestation-missing');
  const difference = findDifference(verdict.device, liveProof.identity);
  if (difference) throw attestationFailure(difference);
  if (verdict.device.serial !== null) return 'attested';
  // If the vendor signed no serial number, a whole batch of devices has the same attestation key (F9), and the generated key may be in any of them.
  const { key: identity, firmware } = liveProof.identity;
  return unproved(unprovenRuleOf({ identity, firmware }, trust), 'attested-serial-missing');
}

/**
 * Returns the reason that an attested key is not on the device that gave the live proof; undefined if nothing differs. If the attestation of one key
 * names the device's serial number, the attestations of all its keys do.
 */
function findDifference(key: AttestedDevice, proved: AttestedDevice): AttestationReason | undefined {
  if (key.rootFingerprint !== proved.rootFingerprint) return 'attested-vendor-differs';
  if (key.serial !== proved.serial) return 'attested-serial-differs';
  return key.firmware === proved.firmware ? undefined : 'attested-firmware-differs';
}

function unproved(rule: Trust['unprovenKeys'], why: AttestationReason): Proof {
  if (rule === 'refuse') throw attestationFailure(why);
  return 'not-proved';
}
