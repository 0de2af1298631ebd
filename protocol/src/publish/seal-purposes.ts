import type { Purpose } from '../sealing.js';

/** Sender, receiver, context and plaintext of a secret that is sealed for one purpose, in words for the reference. */
export interface SealPurpose {
  readonly from: string;
  readonly to: string;
  readonly operation: string;
  readonly device: string;
  readonly session: string;
  readonly content: string;
}

const TO_HOST = {
  to: 'session key of the host',
  operation: 'that of the step; null outside a step',
  device: 'id of the open device',
  session: 'session id',
};

/** Sender, receiver, context and plaintext for each purpose of a sealed secret. */
export const SEAL_PURPOSES: Readonly<Record<Purpose, SealPurpose>> = {
  pin: {
    from: 'window of the extension, or CMS',
    ...TO_HOST,
    content: 'the PIN that the card has, as the bytes that it gets (ASCII)',
  },
  newPin: { from: 'window of the extension', ...TO_HOST, content: 'the PIN that the user chose' },
  puk: { from: 'window of the extension, or CMS', ...TO_HOST, content: 'the PUK that the card has' },
  fidoPin: {
    from: 'window of the extension',
    ...TO_HOST,
    content: 'the FIDO PIN that the device has, in UTF-8 (form NFC)',
  },
  newFidoPin: { from: 'window of the extension', ...TO_HOST, content: 'the FIDO PIN that the user chose' },
  temporaryPin: {
    from: 'host',
    to: "`windowKey` of the extension's `initialize`",
    operation: 'that of the step',
    device: 'id of the open device',
    session: 'session id',
    content: "the PIN that a shared device has while the browser's own dialog asks for it",
  },
  escrow: {
    from: 'host',
    to: 'first key of the CMS with `use: "enc"`',
    operation: 'that of the step',
    device: 'id of the open device',
    session: 'session id',
    content: 'JSON in UTF-8: see [Escrow](#escrow)',
  },
  display: {
    from: 'CMS',
    to: 'one-time key of `secret.prepareDisplay`',
    operation: 'null',
    device: 'as in the signed display',
    session: '`display` of the signed display',
    content: 'a PIN or PUK: 4 to 8 letters and digits',
  },
  storage: {
    from: 'CMS',
    to: 'a key of its own',
    operation: 'null',
    device: 'a label that says what is kept',
    session: 'null',
    content: 'up to the CMS: no other part sees such a JWE',
  },
};
