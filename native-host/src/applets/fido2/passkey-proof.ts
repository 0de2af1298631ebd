import { createHash } from 'node:crypto';
import { decodeBytes, encodeBytes, isCardwrightError, passkeyProofMessage } from '@cardwright/protocol';
import type { Authenticator, Use } from './authenticator.js';

/** Which credential shows where it is, and to which question. */
export interface ProofRequest {
  readonly rpId: string;
  /** base64url */
  readonly credentialId: string;
  /** Of the CMS, base64url. */
  readonly challenge: string;
}

/** An assertion over the passkey proof; base64url. */
export interface PasskeyProof {
  readonly authenticatorData: string;
  readonly signature: string;
}

/**
 * Lets the open device show that a credential is on it: it signs, without a touch, what no relying party takes for a login. Null when
 * the credential is not on it, or the device shows no credential without its user verified and was given no PIN.
 */
export async function provePasskey(
  authenticator: Authenticator,
  { rpId, credentialId, challenge }: ProofRequest,
  use: Use,
): Promise<PasskeyProof | null> {
  const clientDataHash = createHash('sha256').update(passkeyProofMessage(challenge)).digest();
  const order = { rpId, clientDataHash, allowList: [decodeBytes(credentialId)], up: false };
  try {
    const assertion = await authenticator.getAssertion(order, use);
    if (!assertion) return null;
    const { authenticatorData, signature } = assertion;
    return { authenticatorData: encodeBytes(authenticatorData), signature: encodeBytes(signature) };
  } catch (error) {
    if (isCardwrightError(error, 'NOT_AUTHENTICATED')) return null;
    throw error;
  }
}
