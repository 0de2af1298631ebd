import type { Authenticator, Use } from './authenticator.js';
import { saysNotPermitted } from './fido-error.js';

/** A credential, and the relying party that it must belong to. */
export interface RemovalOrder {
  readonly rpId: string;
  readonly credentialId: Uint8Array;
}

/** Stands for client data. What is signed over it is only looked for, and never leaves the host. */
const NO_CLIENT_DATA = new Uint8Array(32);

/**
 * Deletes a credential of one relying party. Returns false only when the authenticator has no such credential.
 *
 * Where the token is not accepted, that has several reasons. The authenticator is then asked for the credential, and one that it has is
 * deleted with a token for all relying parties.
 *
 * @throws CardwrightError the errors of `Authenticator.deleteCredential`
 */
export async function removeCredential(
  authenticator: Authenticator,
  { rpId, credentialId }: RemovalOrder,
  { pin, ...interaction }: Use,
): Promise<boolean> {
  const use = (): Use => ({ ...interaction, pin: pin && Uint8Array.from(pin) });
  try {
    return await authenticator.deleteCredential(rpId, credentialId, use());
  } catch (error) {
    if (!saysNotPermitted(error)) throw error;
    const order = { rpId, clientDataHash: NO_CLIENT_DATA, allowList: [credentialId], up: false };
    if (!(await authenticator.getAssertion(order, use()))) return false;
    return await authenticator.deleteCredential(null, credentialId, use());
  } finally {
    pin?.fill(0);
  }
}
