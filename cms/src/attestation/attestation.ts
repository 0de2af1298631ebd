import { SLOT_PIN_POLICY, type KeySlot, type Slot } from '@cardwright/protocol/devices';
import { CardKey } from '../keys/card-key.js';
import { attestationFailure, type AttestationReason } from './attestation-failure.js';
import { readFacts, type AttestedFacts } from './attested-facts.js';
import { ParsedCertificate, parseAgain } from './certificate.js';
import { findAnchor, type VendorTrust } from './chain.js';

export type { VendorTrust } from './chain.js';

/**
 * DER certificates that `key.attest` or `key.prove` returned. `certificate` certifies the slot's key and is signed by the attestation key (F9);
 * `intermediate` certifies F9.
 */
export interface Attestation {
  readonly certificate: Uint8Array;
  readonly intermediate: Uint8Array;
}

/** Facts that the attestation of a key must not contradict. */
export interface AttestationOrder {
  /** The slot that the key is for, whose PIN policy it must have. */
  readonly slot: Slot;
  /** The slot in which the key was generated, if it is to be moved to `slot` later. */
  readonly madeIn?: KeySlot;
  /** The generated key, as the host reported it. */
  readonly key: CardKey;
  /** Decimal serial number that the host claimed; null if the host claimed none. */
  readonly serial: string | null;
}

/**
 * A vendor's signed facts about the device that generated a key. If they include no serial number, all devices of a batch have the same
 * facts and the same F9 certificate.
 */
export interface AttestedDevice {
  /** SHA-256 of the root's SubjectPublicKeyInfo, hexadecimal. It stays the same if the vendor reissues the root certificate for the same key. */
  readonly rootFingerprint: string;
  /** Decimal serial number; null if the attestation names none. */
  readonly serial: string | null;
  /** Firmware version, for example `5.7.2`. */
  readonly firmware: string;
}

/** Verdict on an attestation. `not-proved`: nothing contradicts the device, but no trusted vendor vouches for it. */
export type AttestationVerdict =
  | { readonly kind: 'proved'; readonly device: AttestedDevice }
  | {
      readonly kind: 'not-proved';
      readonly reason:
        | 'attestation-missing'
        | 'attestation-unreadable'
        | 'attestation-unsigned'
        | 'attestation-root-unknown';
    };

/** Byte in an attestation for each PIN policy. */
const PIN_POLICIES = { never: 0x01, once: 0x02, always: 0x03 } as const;
const TOUCH_NEVER = 0x01;

/**
 * First and last firmware version with the flaw ROCA (CVE-2017-15361), which makes RSA keys weak. A device with one of these versions is
 * refused, whatever the type of its keys.
 */
const WEAK_FROM = [4, 2, 0] as const;
const WEAK_TO = [4, 3, 4] as const;

/**
 * Checks that a device of a trusted vendor generated a key itself, and reads the vendor's facts about that device.
 *
 * An attestation that names no slot can be accepted: `order.slot` is the slot for which the host reported the key, and the key must have the PIN
 * policy of that slot.
 *
 * An attestation that is missing, unreadable, expired, or without a chain to a pinned root proves nothing. A readable attestation that contradicts
 * the order or the slot (key, slot, serial number, PIN or touch policy), or names a firmware with ROCA, is refused, whoever signed it.
 *
 * @throws CardwrightError `ATTESTATION_CONTRADICTS`, or `WEAK_KEY_GENERATION` for a firmware with ROCA
 * @example
 * const order = { slot: '9A', key: CardKey.read(spki), serial: '12345678' } as const;
 * const trust = { roots: [pem], intermediates: [] };
 * const verdict = await checkAttestation({ certificate: der, intermediate: f9 }, order, trust);
 * if (verdict.kind === 'proved') console.log(verdict.device.firmware);
 */
export function checkAttestation(
  attestation: Attestation | null,
  order: AttestationOrder,
  trust: VendorTrust,
  now = new Date(),
): Promise<AttestationVerdict> {
  // Returns a promise so that callers do not depend on the fact that OpenSSL verifies synchronously.
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
  if (!CardKey.read(leaf.publicKey).equals(order.key)) return 'attested-key-differs';
  if (slot !== null && slot !== (order.madeIn ?? order.slot)) return 'attested-slot-differs';
  if (serial !== null && order.serial !== null && serial !== order.serial) return 'attested-serial-differs';
  if (isWeak(firmware)) return 'firmware-weak';
  if (pinPolicy !== PIN_POLICIES[SLOT_PIN_POLICY[order.slot]]) return 'pin-policy-differs';
  if (touchPolicy !== TOUCH_NEVER) return 'touch-policy-differs';
  return undefined;
}

const isWeak = (version: readonly number[]): boolean =>
  compare(version, WEAK_FROM) >= 0 && compare(version, WEAK_TO) <= 0;

const compare = (a: readonly number[], b: readonly number[]): number =>
  b.map((part, index) => (a[index] ?? 0) - part).find((difference) => difference !== 0) ?? 0;
