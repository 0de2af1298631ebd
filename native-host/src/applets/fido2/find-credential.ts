import type { Authenticator, Use } from './authenticator.js';

/** Credentials of one relying party. */
export interface CredentialsSought {
  readonly rpId: string;
  readonly credentialIds: readonly Uint8Array[];
}

/** Placeholder for the hash of client data. The signature over this placeholder never leaves the host. */
const NO_CLIENT_DATA = new Uint8Array(32);

/**
 * Finds one of these credentials that the authenticator has, without a touch (CTAP 2.1, 6.1.2, "pre-flight"). Returns null when the authenticator has
 * none of these credentials, or would reveal them only after user verification but `use` has no PIN.
 *
 * @throws CardwrightError the errors of `Authenticator.getAssertion`
 */
export async function findCredential(
  authenticator: Authenticator,
  { rpId, credentialIds }: CredentialsSought,
  use: Use,
): Promise<Uint8Array | null> {
  const order = { rpId, clientDataHash: NO_CLIENT_DATA, allowList: credentialIds, up: false };
  const assertion = await authenticator.getAssertion(order, use);
  return assertion?.credentialId ?? null;
}
