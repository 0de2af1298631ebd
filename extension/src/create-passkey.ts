/** What is created, as it travels: options and answers with base64 (RFC 4648, section 4) in the place of bytes. */
export interface EncodedCreationOptions extends Omit<
  PublicKeyCredentialCreationOptions,
  'challenge' | 'user' | 'excludeCredentials'
> {
  readonly challenge: string;
  readonly user: Omit<PublicKeyCredentialUserEntity, 'id'> & { readonly id: string };
  readonly excludeCredentials: readonly (Omit<PublicKeyCredentialDescriptor, 'id'> & { readonly id: string })[];
}

/**
 * Has the browser create a passkey, in whatever page it is run in. It runs in an isolated world: what the page's own scripts have put
 * in the place of `navigator.credentials` is not there.
 *
 * It is injected as its own source, so it uses nothing from outside; and it is part of the bridge, so it is short.
 *
 * @param origin where it has to run; anywhere else, and in a frame, nothing is created
 * @returns the credential's id, client data, attestation object, transports, attachment and extension results; or the exception as
 *   text, which begins with its name; or null where nothing was tried
 */
export async function createPasskey(
  origin: string,
  options: EncodedCreationOptions,
  signal: AbortSignal | null,
): Promise<unknown> {
  const decode = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const encode = (bytes: ArrayBuffer) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
  // What is created with `publicKey` is this, or nothing (WebAuthn Level 3, 5.1.3).
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
