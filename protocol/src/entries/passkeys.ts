/**
 * Passkeys on a device: the ways to create one, the options and the response of WebAuthn, and the relying parties for which a site may register
 * passkeys.
 */
export { passkeyWay, PASSKEY_WAYS, type PasskeyWay } from '../commands/passkey-way.js';
export * from '../passkey-proof.js';
export * from '../rp-id.js';
export * from '../webauthn.js';
