import type { Authenticator, Use } from './authenticator.js';
import { malformedAnswer, saysNotPermitted } from './fido-error.js';
import { findCredential } from './find-credential.js';

/** A credential, and the relying party that it must belong to. */
export interface RemovalOrder {
  readonly rpId: string;
  readonly credentialId: Uint8Array;
}

/**
 * Deletes a credential of one relying party. Returns false if the authenticator has no such credential, or does not reveal it.
 *
 * The first token is bound to the relying party. If the authenticator refuses this token, the reason is not known (`saysNotPermitted`). The
 * credential is then searched for. If the authenticator has it, it is deleted with a token for all relying parties.
 *
 * @throws CardwrightError the errors of `Authenticator.deleteCredential` and `Authenticator.getAssertion`
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
    if (!(await findCredential(authenticator, { rpId, credentialIds: [credentialId] }, use()))) return false;
    return await authenticator.deleteCredential(null, credentialId, use());
  } finally {
    pin?.fill(0);
  }
}

/**
 * Requires that the authenticator no longer signs with a credential that it said it has deleted, because its answer may be wrong.
 *
 * @throws CardwrightError `AUTHENTICATOR_ERROR` if it still has the credential, and the errors of `Authenticator.getAssertion`
 */
export async function requireGone(
  authenticator: Authenticator,
  { rpId, credentialId }: RemovalOrder,
  use: Use,
): Promise<void> {
  if (await findCredential(authenticator, { rpId, credentialIds: [credentialId] }, use)) throw malformedAnswer();
}
