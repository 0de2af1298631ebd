import * as v from 'valibot';
import { defineCommand, secretFrom } from '../command.js';
import { bytes, keyAlgorithm, slot, text } from '../schema.js';
import { CARD_ERRORS } from './card-errors.js';

/** When the card asks for the PIN before it uses the key; `default` is the slot's own rule. */
export const pinPolicy = v.picklist(['default', 'never', 'once', 'always']);
export const touchPolicy = v.picklist(['default', 'never', 'always', 'cached']);

/** Random bytes of the CMS, used once: 16 at least, so that no answer can be prepared. */
const challenge = v.pipe(bytes(64), v.minLength(22));

const orderedKey = { slot, algorithm: keyAlgorithm, pinPolicy, touchPolicy };

/** DER SubjectPublicKeyInfo (RFC 5280, 4.1.2.7). */
const publicKey = bytes(800);

/**
 * DER certificates: of the slot's key, and of the device's attestation key (Yubico: F9) that signed it. Null where nothing on the
 * device attests the key.
 */
const attestation = v.nullable(v.strictObject({ certificate: bytes(4096), intermediate: bytes(4096) }));

export const key = {
  'key.generate': defineCommand({
    summary: 'Makes a key pair on the card; the private key never leaves it.',
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject(orderedKey),
    result: v.strictObject({ publicKey }),
    errors: [...CARD_ERRORS, 'ALGORITHM_NOT_SUPPORTED', 'WEAK_KEY_GENERATION', 'DEVICE_FULL'],
    timeout: 65_000,
  }),
  'key.attest': defineCommand({
    summary: "Has the card certify that it made the slot's key itself; null where it does not.",
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({ slot }),
    result: v.strictObject({ attestation }),
    errors: [...CARD_ERRORS],
    timeout: 15_000,
  }),
  'key.prove': defineCommand({
    summary:
      "Proves who the device is: its vendor's attestation of a key, and the key's signature over a fresh challenge of the CMS. A key that is absent, was imported or is not as ordered is made.",
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({ ...orderedKey, challenge }),
    result: v.strictObject({
      publicKey,
      /** Whether the key was made now: what was in the slot before is gone. */
      made: v.boolean(),
      attestation,
      /** Over `keyProofMessage(challenge)`: PKCS #1 v1.5 of an RSA key, DER (RFC 3279, 2.2.3) of an elliptic curve's. */
      signature: bytes(512),
    }),
    errors: [
      ...CARD_ERRORS,
      'ALGORITHM_NOT_SUPPORTED',
      'WEAK_KEY_GENERATION',
      'DEVICE_FULL',
      'KEY_CANNOT_SIGN',
      'KEY_MISSING',
    ],
    timeout: 95_000,
  }),
  'csr.create': defineCommand({
    summary: "Has the card sign a certification request (PKCS #10, RFC 2986) for the slot's key.",
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({
      slot,
      /** Common name of the request; the CMS decides what stands in the certificate. */
      commonName: text(64),
      /** Goes into the request as its challengePassword (RFC 2985, 5.4.1), base64url: the signature is then of this moment. */
      challenge,
      /** None for 9E, whose key asks for no PIN. */
      secrets: v.strictObject({ pin: v.exactOptional(secretFrom('session', 'cms')) }),
    }),
    /** DER. */
    result: v.strictObject({ request: bytes(4096) }),
    errors: [
      ...CARD_ERRORS,
      'KEY_CANNOT_SIGN',
      'KEY_MISSING',
      'PIN_INCORRECT',
      'PIN_BLOCKED',
      'SECRET_MISSING',
      'LAST_TRY',
      'ALGORITHM_NOT_SUPPORTED',
      'CERTIFICATE_INVALID',
      'PIN_RULE_VIOLATED',
      'SECRET_REFUSED',
    ],
    timeout: 30_000,
  }),
};
