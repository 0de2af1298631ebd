import { CardwrightError, decodeBytes, encodeBytes, isCardwrightError } from '@cardwright/protocol';
import { SLOT_PIN_POLICY, type Slot } from '@cardwright/protocol/devices';
import { readSignedRequest } from '../authority/signed-request.js';
import { readIssued } from '../devices/issued-certificate.js';
import type { CardKey } from '../keys/card-key.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call, Consequence } from '../operations/definition.js';
import type { Certificate } from '../store/rows.js';
import type { ReasonCode } from '../words/reasons.js';

/** Parameters of a proof that a certified key is on the card in the reader. */
export interface KeyInUse {
  readonly slot: Slot;
  /**
   * Returns the certificate of the key, or its hash alone. Called when the step is sent, and again when the card's answer arrives. A card that cannot
   * tell its keys is sent the key in `der`, so that the proof needs no certificate on the card, which may be damaged.
   */
  readonly certificate: () => Pick<Certificate, 'keyHash'> & Partial<Pick<Certificate, 'der'>>;
  /** Returns the challenge that was made for this step, base64url. */
  readonly challenge: () => string;
  /** Common name in the certification request that the card signs. No certificate gets this name. */
  readonly purpose: string;
  /** Source of the PIN: the user, or the host's session. Ignored for 9E, whose key needs no PIN. */
  readonly pin?: 'user' | 'session';
  /** Called with the key that signed, once that is known to be the certified key. */
  readonly proved: (key: CardKey) => void | Promise<void>;
  /** Called if the card shows that it no longer has the certified key, which then is no error. The calls after this one may not be made. */
  readonly gone?: (() => void) | undefined;
}

/**
 * Makes the call by which a key that was certified for the device signs a challenge, in a certification request. Nothing on the card changes. If
 * another key signs, or the request is no answer to the challenge, reading the result throws CardwrightError `OPERATION_FAILED`.
 */
export function useCertifiedKey(
  { info }: OperationContext,
  { slot, certificate, challenge, purpose, pin = 'session', proved, gone }: KeyInUse,
): Call {
  const asksForPin = SLOT_PIN_POLICY[slot] !== 'never';
  return call(
    'csr.create',
    () => ({
      slot,
      commonName: purpose,
      challenge: challenge(),
      ...(info.capabilities?.metadata === true ? {} : namedKey(certificate())),
      secrets: asksForPin ? { pin: { source: pin } } : {},
    }),
    {
      read: async ({ request }) => {
        const key = await readSignedRequest(decodeBytes(request), challenge());
        const reason: ReasonCode = 'request-by-another-key';
        if (key.hash === certificate().keyHash) await proved(key);
        else if (gone) gone();
        else throw new CardwrightError('OPERATION_FAILED', { reason });
      },
      failed: (error): Consequence | undefined => {
        // Another key has signed than the one that the host was told.
        if (!gone || !isCardwrightError(error, 'KEY_MISSING')) return undefined;
        gone();
        return 'continue';
      },
    },
  );
}

/** Returns the parameter that tells a host the certified key; nothing if the certificate is not at hand. */
const namedKey = ({ der }: Partial<Pick<Certificate, 'der'>>): { publicKey?: string } =>
  der === undefined ? {} : { publicKey: encodeBytes(readIssued(decodeBytes(der)).key.spki) };

/**
 * Returns the device's certificate in a slot. The certificate is good or on hold, has a `keyHash`, and may have expired. Returns undefined if the
 * slot has no such certificate.
 */
export const certificateIn = ({ ownDevice }: OperationContext, slot: Slot): Certificate | undefined =>
  ownDevice.certificates.find((certificate) => certificate.slot === slot && certificate.keyHash !== null);
