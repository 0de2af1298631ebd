import { decodeBytes, encodeBytes } from '@cardwright/protocol';

/**
 * How the browser asks for a passkey. With `conditional`, the browser offers passkeys in the field for the user name, and waits. With
 * `optional`, the browser opens a dialog at once. Both are values of `CredentialMediationRequirement` (Credential Management, 2.3.2).
 */
export type Mediation = 'conditional' | 'optional';

/** True if the browser can offer passkeys in the field for the user name. */
export async function canOfferPasskeys(): Promise<boolean> {
  if (!('PublicKeyCredential' in globalThis)) return false;
  // A browser that cannot offer passkeys may not have the function either.
  const ask: unknown = Reflect.get(PublicKeyCredential, 'isConditionalMediationAvailable');
  return typeof ask === 'function' && (await PublicKeyCredential.isConditionalMediationAvailable());
}

/**
 * Lets the user choose a passkey and sign with it.
 *
 * @returns `AuthenticationResponseJSON`; null if the user closed the browser's dialog or took too long, or `signal` was aborted
 * @throws DOMException if the browser cannot use passkeys here
 */
export async function choosePasskey(
  { challenge, rpId, timeout, userVerification }: PublicKeyCredentialRequestOptionsJSON,
  mediation: Mediation,
  signal: AbortSignal,
): Promise<object | null> {
  const publicKey = {
    challenge: Uint8Array.from(decodeBytes(challenge)),
    ...(timeout === undefined ? {} : { timeout }),
    ...(rpId === undefined ? {} : { rpId }),
    ...(isRequirement(userVerification) ? { userVerification } : {}),
  };
  try {
    const credential = await navigator.credentials.get({ mediation, signal, publicKey });
    return credential instanceof PublicKeyCredential ? toJson(credential) : null;
  } catch (error) {
    if (signal.aborted || (error instanceof DOMException && error.name === 'NotAllowedError')) return null;
    throw error;
  }
}

const isRequirement = (value: string | undefined): value is UserVerificationRequirement =>
  value === 'required' || value === 'preferred' || value === 'discouraged';

/** Returns `AuthenticationResponseJSON` (WebAuthn Level 3, 5.1). Does not call `toJSON`, which browsers have only had since 2024. */
function toJson({ id, rawId, type, response }: PublicKeyCredential): object {
  if (!(response instanceof AuthenticatorAssertionResponse)) throw new Error('expected an assertion');
  const { clientDataJSON, authenticatorData, signature, userHandle } = response;
  return {
    id,
    rawId: encode(rawId),
    type,
    response: {
      clientDataJSON: encode(clientDataJSON),
      authenticatorData: encode(authenticatorData),
      signature: encode(signature),
      ...(userHandle ? { userHandle: encode(userHandle) } : {}),
    },
    clientExtensionResults: {},
  };
}

const encode = (buffer: ArrayBuffer): string => encodeBytes(new Uint8Array(buffer));
