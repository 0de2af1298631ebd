import { CardwrightError, type ErrorCode } from '@cardwright/protocol';
import type { ReasonCode } from '../words/reasons.js';

/** Error codes of the catalogue about attestations. The `data` of such an error has the reason. */
type AttestationCode = Extract<ErrorCode, `ATTESTATION_${string}`>;

/** Error code for each reason to refuse an attestation or the live proof of a device, except `firmware-weak`. */
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
  // For these reasons, the device's answer to the CMS's challenge is wrong, not the vendor's attestation.
  'proof-unsigned': 'ATTESTATION_REFUSED',
  'public-key-unreadable': 'ATTESTATION_REFUSED',
} as const satisfies Partial<Record<ReasonCode, AttestationCode>>;

/** A reason to refuse an attestation. `firmware-weak` has an error code of its own, `WEAK_KEY_GENERATION`, which carries no reason. */
export type AttestationReason = keyof typeof CODES | 'firmware-weak';

/** Makes the error for a reason. Except with `firmware-weak`, the error carries the reason, which becomes a sentence in the reader's language. */
export const attestationFailure = (reason: AttestationReason, cause?: unknown): CardwrightError =>
  reason === 'firmware-weak'
    ? new CardwrightError('WEAK_KEY_GENERATION', {}, { cause })
    : new CardwrightError(CODES[reason], { reason }, { cause });
