import { CardwrightError, decodeBytes } from '@cardwright/protocol';
import { SLOT_PIN_POLICY, type Slot } from '@cardwright/protocol/devices';
import { readSignedRequest } from '../authority/signed-request.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call } from '../operations/definition.js';
import type { Certificate } from '../store/rows.js';
import type { ReasonCode } from '../words/reasons.js';

/** How a certified key proves that it is on the card in the reader. */
export interface KeyInUse {
  readonly slot: Slot;
  /** Certificate of the key at the time when the answer arrives. */
  readonly certificate: () => Pick<Certificate, 'keyHash'>;
  /** Base64url; made for this step. */
  readonly challenge: () => string;
  /** Common name of the request, which is never certified. */
  readonly purpose: string;
  /** Source of the PIN: its user, or the session. Ignored for 9E, whose key needs no PIN. */
  readonly pin?: 'user' | 'session';
  readonly proved: () => void;
}

/**
 * Has a key that was certified for the device sign a challenge, in a certification request. Nothing on the card changes. No other key
 * can stand in for it: not of another slot or device, and not in software. The reader of the result then throws CardwrightError
 * `OPERATION_FAILED`.
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
        const { hash } = await readSignedRequest(decodeBytes(request), challenge());
        const reason: ReasonCode = 'request-by-another-key';
        if (hash !== certificate().keyHash) throw new CardwrightError('OPERATION_FAILED', { reason });
        proved();
      },
    },
  );
}

/** The certificate of a slot's key, expired or not, unless its revocation is final; undefined if there is none. */
export const certificateIn = ({ ownDevice }: OperationContext, slot: Slot): Certificate | undefined =>
  ownDevice.certificates.find((certificate) => certificate.slot === slot && certificate.keyHash !== null);
