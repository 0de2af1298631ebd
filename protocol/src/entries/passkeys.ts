/** Passkeys on a device: the ways to make one, the options and the answer of WebAuthn, and for whom a site may register. */
export { passkeyWay, PASSKEY_WAYS, type PasskeyWay } from '../commands/passkey-way.js';
export * from '../passkey-proof.js';
export * from '../rp-id.js';
export * from '../webauthn.js';
