import * as v from 'valibot';
import { defineCommand, nothing, secretFrom } from '../command.js';
import { KEY_SLOTS, SLOT_PIN_POLICY } from '../piv-rules.js';
import { bytes, described, keyAlgorithm, keySlot, slot, text } from '../schema.js';
import { CARD_ERRORS } from './card-errors.js';

export const pinPolicy = v.picklist(['default', 'never', 'once', 'always']);
export const touchPolicy = v.picklist(['default', 'never', 'always', 'cached']);

/** A challenge of 16 bytes (22 characters of base64url) to 64 bytes. It is too long for anyone to prepare answers in advance. */
const challenge = described(v.pipe(bytes(64), v.minLength(22)), 'Random bytes of the CMS, 16 at least, used once.');

const slotRules = Object.entries(SLOT_PIN_POLICY)
  .map(([name, policy]) => `${name} ${policy}`)
  .join(', ');

const orderedKey = {
  algorithm: keyAlgorithm,
  pinPolicy: described(
    pinPolicy,
    `When the card asks for the PIN before it uses the key; \`default\` is the rule of the slot: ${slotRules}, of a retired key once.`,
  ),
  touchPolicy: described(
    touchPolicy,
    'When the card waits for a touch before it uses the key; `default` leaves that to the card. In `key.prove` name both policies: a key is not recognised as ordered by `default`, and is made again.',
  ),
};

const publicKey = described(bytes(800), 'DER SubjectPublicKeyInfo (RFC 5280, 4.1.2.7).');

const attestation = described(
  v.nullable(v.strictObject({ certificate: bytes(4096), intermediate: bytes(4096) })),
  "DER certificates: of the slot's key, and of the device's attestation key (Yubico: F9) that signed it. Null where nothing on the device attests the key.",
);

export const key = {
  'key.generate': defineCommand({
    summary: 'Makes a key pair on the card; the private key never leaves it.',
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({ slot: keySlot, ...orderedKey }),
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
    params: v.strictObject({ slot: keySlot }),
    result: v.strictObject({ attestation }),
    errors: [...CARD_ERRORS],
    timeout: 15_000,
  }),
  'key.prove': defineCommand({
    summary:
      "Proves who the device is: by its vendor's attestation of a key, and by the key's signature over a fresh challenge of the CMS. The key is made first where it is absent, was imported or is not as ordered.",
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({ slot, ...orderedKey, challenge }),
    result: v.strictObject({
      publicKey,
      made: described(v.boolean(), 'Whether the key was made now: what was in the slot before is gone.'),
      attestation,
      signature: described(
        bytes(512),
        'Over the [message of a key proof](#key-proofs): PKCS #1 v1.5 of an RSA key, DER (RFC 3279, 2.2.3) of one on an elliptic curve.',
      ),
    }),
    errors: [
      ...CARD_ERRORS,
      'ALGORITHM_NOT_SUPPORTED',
      'WEAK_KEY_GENERATION',
      'DEVICE_FULL',
      'KEY_CANNOT_SIGN',
      'KEY_MISSING',
      'HOST_DAMAGED',
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
      slot: keySlot,
      commonName: described(text(64), 'Common name of the request; the CMS decides what the certificate says.'),
      challenge: described(
        challenge,
        'Stands in the request as its challengePassword (RFC 2985, 5.4.1), base64url, so that the signature is of this moment. Random bytes of the CMS, 16 at least.',
      ),
      publicKey: v.exactOptional(
        described(
          bytes(800),
          "DER SubjectPublicKeyInfo of the slot's key, as the CMS certified it: for a card without metadata, whose certificate may be damaged. The card's signature has to be by that key.",
        ),
      ),
      secrets: v.strictObject({
        pin: v.exactOptional(
          described(secretFrom('session', 'cms', 'user'), 'Absent for a key that asks for no PIN, such as that of 9E.'),
        ),
      }),
    }),
    result: v.strictObject({ request: described(bytes(4096), 'DER.') }),
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
      'USER_CANCELLED',
      'USER_TIMEOUT',
      'WINDOW_NOT_ALLOWED',
      'PINPAD_MISSING',
      'PINPAD_UNUSABLE',
      'HOST_DAMAGED',
    ],
    timeout: 30_000,
  }),
  'key.list': defineCommand({
    summary:
      "Says which of these slots have a key, by the card's metadata. A slot of which the card says nothing is an error.",
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({
      slots: v.pipe(v.array(keySlot), v.minLength(1), v.maxLength(KEY_SLOTS.length)),
      certificates: v.exactOptional(
        described(v.literal(false), 'Leaves `hasCertificate` out, for which the card is asked once more for each key.'),
      ),
    }),
    result: v.strictObject({
      keys: described(
        v.pipe(
          v.array(
            v.strictObject({
              slot: keySlot,
              publicKey: described(
                v.nullable(bytes(800)),
                'DER SubjectPublicKeyInfo (RFC 5280, 4.1.2.7); null for an algorithm that no command makes.',
              ),
              hasCertificate: v.exactOptional(
                described(v.boolean(), "Whether the slot's certificate object has a content."),
              ),
            }),
          ),
          v.maxLength(KEY_SLOTS.length),
        ),
        'The slots that have a key, in the order in which they were asked for.',
      ),
    }),
    errors: [...CARD_ERRORS],
    timeout: 30_000,
  }),
  'key.move': defineCommand({
    summary: 'Moves a key to an empty slot, with its PIN and touch policy; certificates stay where they are.',
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({
      from: keySlot,
      to: described(keySlot, 'A slot without a key: the card refuses any other.'),
    }),
    result: nothing,
    errors: [...CARD_ERRORS, 'KEY_MISSING'],
    timeout: 15_000,
  }),
  'key.delete': defineCommand({
    summary: 'Deletes the key of a slot for good; its certificate stays.',
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({ slot: keySlot }),
    result: nothing,
    errors: [...CARD_ERRORS, 'KEY_MISSING'],
    timeout: 15_000,
  }),
};
