import { CardwrightError, decodeBytes, SLOT_PIN_POLICY, type Slot } from '@cardwright/protocol';
import { readSignedRequest } from '../authority/signed-request.js';
import { keyHashOf } from '../keys/key-hash.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call } from '../operations/definition.js';
import type { Certificate } from '../store/rows.js';
import type { ReasonCode } from '../words/reasons.js';

/** How a certified key proves that it is in the reader. */
export interface KeyInUse {
  readonly slot: Slot;
  /** Its certificate, as it is when the answer comes. */
  readonly certificate: () => Pick<Certificate, 'keyHash'>;
  /** Base64url; of this step. */
  readonly challenge: () => string;
  /** Common name of the request, which nobody certifies. */
  readonly purpose: string;
  /** Whose PIN it is given with; of no meaning for 9E, whose key asks for none. */
  readonly pin?: 'user' | 'session';
  readonly proved: () => void;
}

/**
 * Has a key that was certified for the device sign a challenge, by a certification request. Nothing on the card changes. No other key, of
 * whatever slot or device, and none in software, can stand in for it: the reader of the result throws CardwrightError `OPERATION_FAILED`.
 */
export function useCertifiedKey({ slot, certificate, challenge, purpose, pin = 'session', proved }: KeyInUse): Call {
  const asksForPin = SLOT_PIN_POLICY[slot] !== 'never';
  return call(
    'csr.create',
    () => ({
      slot,
      commonName: purpose,
      challenge: challenge(),
      secrets: asksForPin ? { pin: { source: pin } } : {},
    }),
    {
      read: async ({ request }) => {
        const signer = await readSignedRequest(decodeBytes(request), challenge());
        const reason: ReasonCode = 'request-by-another-key';
        if (keyHashOf(signer) !== certificate().keyHash) throw new CardwrightError('OPERATION_FAILED', { reason });
        proved();
      },
    },
  );
}

/** The certificate of a slot's key, expired or not, unless it was revoked for good; undefined where there is none. */
export const certificateIn = ({ ownDevice }: OperationContext, slot: Slot): Certificate | undefined =>
  ownDevice.certificates.find((certificate) => certificate.slot === slot && certificate.keyHash !== null);
