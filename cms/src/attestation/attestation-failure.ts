import { CardwrightError, type ErrorCode } from '@cardwright/protocol';
import type { ReasonCode } from '../words/reasons.js';

/** Codes of the catalogue whose details are a reason. */
type AttestationCode = Extract<ErrorCode, `ATTESTATION_${string}`>;

/** Why an attestation, or the live proof of a device, is refused, and the entry of the catalogue that this is. */
const CODES = {
  'attestation-missing': 'ATTESTATION_MISSING',
  'attested-serial-missing': 'ATTESTATION_MISSING',
  'attestation-unreadable': 'ATTESTATION_UNREADABLE',
  'attestation-unsigned': 'ATTESTATION_UNTRUSTED',
  'attestation-root-unknown': 'ATTESTATION_UNTRUSTED',
  'attested-key-differs': 'ATTESTATION_CONTRADICTS',
  'attested-slot-differs': 'ATTESTATION_CONTRADICTS',
  'attested-serial-differs': 'ATTESTATION_CONTRADICTS',
  'attested-vendor-differs': 'ATTESTATION_CONTRADICTS',
  'attested-firmware-differs': 'ATTESTATION_CONTRADICTS',
  'pin-policy-differs': 'ATTESTATION_CONTRADICTS',
  'touch-policy-differs': 'ATTESTATION_CONTRADICTS',
  // Not what the vendor signed is at fault, but what the device did with the portal's challenge.
  'proof-unsigned': 'ATTESTATION_REFUSED',
  'public-key-unreadable': 'ATTESTATION_REFUSED',
} as const satisfies Partial<Record<ReasonCode, AttestationCode>>;

/** A reason for which an attestation is refused; `firmware-weak` has an entry of its own, which needs no details. */
export type AttestationReason = keyof typeof CODES | 'firmware-weak';

/** The error for a reason; the reason travels with it and becomes a sentence in the language of its reader. */
export const attestationFailure = (reason: AttestationReason, cause?: unknown): CardwrightError =>
  reason === 'firmware-weak'
    ? new CardwrightError('WEAK_KEY_GENERATION', {}, { cause })
    : new CardwrightError(CODES[reason], { reason }, { cause });
