import * as v from 'valibot';
import { defineCommand, secretFrom } from '../command.js';
import { bytes, keyAlgorithm, slot, text } from '../schema.js';

/** When the card asks for the PIN before it uses the key; `default` is the slot's own rule. */
export const pinPolicy = v.picklist(['default', 'never', 'once', 'always']);
export const touchPolicy = v.picklist(['default', 'never', 'always', 'cached']);

export const key = {
  'key.generate': defineCommand({
    summary: 'Makes a key pair on the card; the private key never leaves it.',
    permission: 'manage',
    handledBy: 'host',
    capability: 'piv',
    params: v.strictObject({ slot, algorithm: keyAlgorithm, pinPolicy, touchPolicy }),
    /** DER SubjectPublicKeyInfo (RFC 5280, 4.1.2.7). */
    result: v.strictObject({ publicKey: bytes(800) }),
    errors: ['ALGORITHM_NOT_SUPPORTED', 'WEAK_KEY_GENERATION', 'NOT_AUTHENTICATED', 'CARD_REMOVED'],
    timeout: 65_000,
  }),
  'key.attest': defineCommand({
    summary: "Has the card certify that it made the slot's key itself.",
    permission: 'manage',
    handledBy: 'host',
    capability: 'piv',
    params: v.strictObject({ slot }),
    /** DER certificates: of the slot's key, and of the attestation key that signed it. */
    result: v.strictObject({ certificate: bytes(4096), intermediate: bytes(4096) }),
    errors: ['NOT_SUPPORTED_BY_DEVICE', 'KEY_MISSING', 'CARD_REMOVED'],
    timeout: 15_000,
  }),
  'csr.create': defineCommand({
    summary: "Has the card sign a certification request (PKCS #10, RFC 2986) for the slot's key.",
    permission: 'manage',
    handledBy: 'host',
    capability: 'piv',
    params: v.strictObject({
      slot,
      /** Common name of the request; the CMS decides what stands in the certificate. */
      commonName: text(64),
      /** None for 9E, whose key asks for no PIN. */
      secrets: v.strictObject({ pin: v.exactOptional(secretFrom('session', 'cms')) }),
    }),
    /** DER. */
    result: v.strictObject({ request: bytes(4096) }),
    errors: [
      'KEY_CANNOT_SIGN',
      'KEY_MISSING',
      'PIN_INCORRECT',
      'PIN_BLOCKED',
      'SECRET_MISSING',
      'LAST_TRY',
      'CARD_REMOVED',
    ],
    timeout: 30_000,
  }),
};
