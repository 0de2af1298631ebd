/** What is created, as it travels: options and answers with base64 (RFC 4648, section 4) in the place of bytes. */
export interface EncodedCreationOptions extends Omit<
  PublicKeyCredentialCreationOptions,
  'challenge' | 'user' | 'excludeCredentials'
> {
  readonly challenge: string;
  readonly user: Omit<PublicKeyCredentialUserEntity, 'id'> & { readonly id: string };
  readonly excludeCredentials?: readonly (Omit<PublicKeyCredentialDescriptor, 'id'> & { readonly id: string })[];
}

/**
 * Has the browser create a passkey, in whatever page it is run in. It runs in an isolated world: what the page's own scripts have put
 * in the place of `navigator.credentials` is not there.
 *
 * It is injected as its own source, so it uses nothing from outside; and it is part of the bridge, so it is short.
 *
 * @param origin where it has to run; anywhere else, and in a frame, nothing is created
 * @returns the credential, or the name of the exception
 */
export async function createPasskey(
  origin: string,
  options: EncodedCreationOptions,
  signal: AbortSignal | null,
): Promise<object> {
  const decode = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const encode = (bytes: ArrayBuffer | null) => bytes && btoa(String.fromCharCode(...new Uint8Array(bytes)));
  try {
    if (location.origin !== origin || window.top !== window) return { failure: 'SecurityError' };
    const publicKey = {
      ...options,
      challenge: decode(options.challenge),
      user: { ...options.user, id: decode(options.user.id) },
      excludeCredentials: (options.excludeCredentials ?? []).map((one) => ({ ...one, id: decode(one.id) })),
    };
    const made = await navigator.credentials.create({ publicKey, ...(signal && { signal }) });
    if (!(made instanceof PublicKeyCredential)) return { failure: '' };
    const { id, response, authenticatorAttachment } = made;
    if (!(response instanceof AuthenticatorAttestationResponse)) return { failure: '' };
    return {
      id,
      clientDataJSON: encode(response.clientDataJSON),
      attestationObject: encode(response.attestationObject),
      authenticatorData: encode(response.getAuthenticatorData()),
      publicKey: encode(response.getPublicKey()),
      publicKeyAlgorithm: response.getPublicKeyAlgorithm(),
      transports: response.getTransports(),
      authenticatorAttachment,
      clientExtensionResults: made.getClientExtensionResults(),
    };
  } catch (error) {
    return { failure: error instanceof Error ? error.name : '' };
  }
}
