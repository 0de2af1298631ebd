import { createHash } from 'node:crypto';
import { decodeBytes, encodeBytes, isCardwrightError } from '@cardwright/protocol';
import { passkeyProofMessage } from '@cardwright/protocol/passkeys';
import type { Authenticator, Use } from './authenticator.js';

/** The credential whose presence on the device must be proved, and the challenge. */
export interface ProofRequest {
  readonly rpId: string;
  /** Credential id in base64url. */
  readonly credentialId: string;
  /** Challenge of the CMS in base64url. */
  readonly challenge: string;
  /** True to require a touch. */
  readonly isTouched: boolean;
}

/** An assertion over the hash of `passkeyProofMessage` in place of client data. Both members are base64url. */
export interface PasskeyProof {
  readonly authenticatorData: string;
  readonly signature: string;
}

/**
 * Has the open device prove that it holds a credential: the device signs a message that no relying party accepts as a login.
 * Returns null when the credential is not on the device, or when the device reveals it only after user verification and no PIN was given.
 */
export async function provePasskey(
  authenticator: Authenticator,
  { rpId, credentialId, challenge, isTouched }: ProofRequest,
  use: Use,
): Promise<PasskeyProof | null> {
  const clientDataHash = createHash('sha256').update(passkeyProofMessage(challenge)).digest();
  const order = { rpId, clientDataHash, allowList: [decodeBytes(credentialId)], up: isTouched };
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
