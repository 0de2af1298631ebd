/** Options for `createPasskey`. In them, bytes are written as base64 (RFC 4648, section 4), because messages carry no bytes. */
export interface EncodedCreationOptions extends Omit<
  PublicKeyCredentialCreationOptions,
  'challenge' | 'user' | 'excludeCredentials'
> {
  readonly challenge: string;
  readonly user: Omit<PublicKeyCredentialUserEntity, 'id'> & { readonly id: string };
  readonly excludeCredentials: readonly (Omit<PublicKeyCredentialDescriptor, 'id'> & { readonly id: string })[];
}

/**
 * Lets the browser create a passkey in the page where this function runs. It runs in an isolated world, where the page's scripts
 * cannot have replaced `navigator.credentials`.
 *
 * The function is injected as source text, so it uses nothing outside its body. It is also part of the bridge, so it is short.
 *
 * @param origin the only origin at which a passkey is created, and not in a frame
 * @returns the credential's id, client data, attestation object, transports, attachment and extension results, with bytes in base64;
 *   the text of the exception, which begins with its name; or null if no passkey was created
 */
export async function createPasskey(
  origin: string,
  options: EncodedCreationOptions,
  signal: AbortSignal | null,
): Promise<unknown> {
  const decode = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const encode = (bytes: ArrayBuffer) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
  // With the option `publicKey`, the browser creates a `PublicKeyCredential` or nothing (WebAuthn Level 3, 5.1.3).
  const isPasskey = (made: Credential | null): made is Passkey => !!made;
  try {
    if (location.origin !== origin || window.top !== window) return null;
    const { challenge, user, excludeCredentials } = options;
    const publicKey = {
      ...options,
      challenge: decode(challenge),
      user: { ...user, id: decode(user.id) },
      excludeCredentials: excludeCredentials.map((one) => ({ ...one, id: decode(one.id) })),
    };
    const made = await navigator.credentials.create({ publicKey, ...(signal && { signal }) });
    if (!isPasskey(made)) return null;
    const { id, response } = made;
    return [
      id,
      encode(response.clientDataJSON),
      encode(response.attestationObject),
      response.getTransports(),
      made.authenticatorAttachment,
      made.getClientExtensionResults(),
    ];
  } catch (error) {
    return String(error);
  }
}

interface Passkey extends PublicKeyCredential {
  readonly response: AuthenticatorAttestationResponse;
}
