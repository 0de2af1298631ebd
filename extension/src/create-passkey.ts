/** Options for `createPasskey`, with all bytes as base64 (RFC 4648, section 4), because messages carry no bytes. */
export interface EncodedCreationOptions extends Omit<
  PublicKeyCredentialCreationOptions,
  'challenge' | 'user' | 'excludeCredentials'
> {
  readonly challenge: string;
  readonly user: Omit<PublicKeyCredentialUserEntity, 'id'> & { readonly id: string };
  readonly excludeCredentials: readonly (Omit<PublicKeyCredentialDescriptor, 'id'> & { readonly id: string })[];
}

/**
 * Lets the browser create a passkey in the page where this function runs. The function runs in an isolated world, where the page's
 * scripts cannot have replaced `navigator.credentials`.
 *
 * A relying party's window gets the function as source text, so the function uses nothing outside its body. The bridge, which must stay
 * small, contains the function, too, so the function is short.
 *
 * @param origin the only origin at which a passkey is created
 * @param signal cancels the creation; null if nothing cancels it
 * @returns the credential's id, client data, attestation object, transports, attachment and extension results, with bytes in base64; if the
 * browser throws an exception, the exception's text, which begins with the exception's name; null if the page has another origin or is in a
 * frame, or if the browser returns no passkey
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
