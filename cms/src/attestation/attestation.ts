import { SLOT_PIN_POLICY, type Slot } from '@cardwright/protocol';
import { readPublicKey } from '../keys/public-key.js';
import { attestationFailure, type AttestationReason } from './attestation-failure.js';
import { readFacts, type AttestedFacts } from './attested-facts.js';
import { ParsedCertificate, parseAgain } from './certificate.js';
import { findAnchor, type VendorTrust } from './chain.js';

export type { VendorTrust } from './chain.js';

/** DER certificates as `key.attest` returns them: the slot's key, signed by the attestation key, whose own (F9) is the other. */
export interface Attestation {
  readonly certificate: Uint8Array;
  readonly intermediate: Uint8Array;
}

/** What the device must attest of a key. */
export interface AttestationOrder {
  readonly slot: Slot;
  /** DER SubjectPublicKeyInfo that the host named as the generated key. */
  readonly publicKey: Uint8Array;
  /** Decimal serial number that the host claimed; null where it claimed none. */
  readonly serial: string | null;
}

/** What a vendor signed of the device that made a key. Devices of one batch share it, F9 included, where it names no serial number. */
export interface AttestedDevice {
  /** SHA-256 of the root's SubjectPublicKeyInfo, hexadecimal: a root that was issued again for the same key is the same vendor. */
  readonly rootFingerprint: string;
  /** Decimal; null where the attestation names none. */
  readonly serial: string | null;
  /** As in `5.7.2`. */
  readonly firmware: string;
}

/** `not-proved`: nothing contradicts the device, but no trusted vendor vouches for it. */
export type AttestationVerdict =
  | { readonly kind: 'proved'; readonly device: AttestedDevice }
  | {
      readonly kind: 'not-proved';
      readonly reason:
        'attestation-missing' | 'attestation-unreadable' | 'attestation-unsigned' | 'attestation-root-unknown';
    };

/** The byte by which an attestation states a PIN policy. */
const PIN_POLICIES = { never: 0x01, once: 0x02, always: 0x03 } as const;
const TOUCH_NEVER = 0x01;

/** ROCA (CVE-2017-15361): RSA keys made by these versions are weak. Such a device is refused whatever its keys are. */
const WEAK_FROM = [4, 2, 0] as const;
const WEAK_TO = [4, 3, 4] as const;

/**
 * Checks that a device of a trusted vendor made a key itself, and what the vendor says of that device.
 *
 * An attestation that is absent, that cannot be read, or that leads to no pinned root proves nothing. One that can be read and
 * contradicts the order (key, slot, serial number, PIN or touch policy, firmware) is refused, whoever signed it.
 *
 * @throws CardwrightError `ATTESTATION_CONTRADICTS`, or `WEAK_KEY_GENERATION` for a firmware with ROCA
 */
export function checkAttestation(
  attestation: Attestation | null,
  order: AttestationOrder,
  trust: VendorTrust,
  now = new Date(),
): Promise<AttestationVerdict> {
  // A promise, so that callers need not know that OpenSSL verifies at once.
  return new Promise((resolve) => {
    resolve(judge(attestation, order, trust, now));
  });
}

function judge(
  attestation: Attestation | null,
  order: AttestationOrder,
  trust: VendorTrust,
  now: Date,
): AttestationVerdict {
  if (attestation === null) return notProved('attestation-missing');
  const leaf = ParsedCertificate.parse(attestation.certificate);
  const facts = leaf?.isUnderstood === true ? readFacts(leaf) : undefined;
  if (!leaf || !facts) return notProved('attestation-unreadable');
  const contradiction = findContradiction(leaf, facts, order);
  if (contradiction) throw attestationFailure(contradiction);

  const f9 = parseAgain(attestation.intermediate);
  if (!f9) return notProved('attestation-unreadable');
  if (!leaf.isSignedBy(f9)) return notProved('attestation-unsigned');
  const anchor = leaf.isValidAt(now) ? findAnchor(f9, trust, now) : undefined;
  if (!anchor) return notProved('attestation-root-unknown');
  const { serial, firmware } = facts;
  return { kind: 'proved', device: { rootFingerprint: anchor.keyFingerprint, serial, firmware: firmware.join('.') } };
}

type NotProved = Extract<AttestationVerdict, { kind: 'not-proved' }>;

const notProved = (reason: NotProved['reason']): NotProved => ({ kind: 'not-proved', reason });

function findContradiction(
  leaf: ParsedCertificate,
  { slot, serial, firmware, pinPolicy, touchPolicy }: AttestedFacts,
  order: AttestationOrder,
): AttestationReason | undefined {
  if (!leaf.publicKey.equals(canonical(order.publicKey))) return 'attested-key-differs';
  if (slot !== order.slot) return 'attested-slot-differs';
  if (serial !== null && order.serial !== null && serial !== order.serial) return 'attested-serial-differs';
  if (isWeak(firmware)) return 'firmware-weak';
  if (pinPolicy !== PIN_POLICIES[SLOT_PIN_POLICY[order.slot]]) return 'pin-policy-differs';
  if (touchPolicy !== TOUCH_NEVER) return 'touch-policy-differs';
  return undefined;
}

/** A DER SubjectPublicKeyInfo as OpenSSL encodes it: some applets leave out the zero byte before a modulus. */
function canonical(publicKey: Uint8Array): Buffer {
  try {
    return readPublicKey(publicKey).export({ type: 'spki', format: 'der' });
  } catch (cause) {
    throw attestationFailure('public-key-unreadable', cause);
  }
}

const isWeak = (version: readonly number[]): boolean =>
  compare(version, WEAK_FROM) >= 0 && compare(version, WEAK_TO) <= 0;

const compare = (a: readonly number[], b: readonly number[]): number =>
  b.map((part, index) => (a[index] ?? 0) - part).find((difference) => difference !== 0) ?? 0;
