import { decodeBytes, encodeBytes } from '@cardwright/protocol';
import type { CreationOptions } from '@cardwright/protocol/passkeys';

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
  { challenge, rpId, timeout, userVerification, allowCredentials }: PublicKeyCredentialRequestOptionsJSON,
  mediation: Mediation,
  signal: AbortSignal,
): Promise<object | null> {
  const publicKey = {
    challenge: bytesOf(challenge),
    ...(timeout === undefined ? {} : { timeout }),
    ...(allowCredentials === undefined ? {} : { allowCredentials: allowCredentials.map(descriptorOf) }),
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

/**
 * Has the user register a passkey.
 *
 * @returns `RegistrationResponseJSON`; null if the user closed the browser's dialog or took too long, or `signal` was aborted
 * @throws DOMException if the browser cannot use passkeys here; `InvalidStateError` if the authenticator has a passkey for the user already
 */
export async function createPasskey(
  { rp, user, challenge, pubKeyCredParams, timeout, excludeCredentials = [] }: CreationOptions,
  signal: AbortSignal,
): Promise<object | null> {
  const publicKey: PublicKeyCredentialCreationOptions = {
    rp,
    user: { ...user, id: bytesOf(user.id) },
    challenge: bytesOf(challenge),
    pubKeyCredParams,
    ...(timeout === undefined ? {} : { timeout }),
    excludeCredentials: excludeCredentials.map(descriptorOf),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    attestation: 'none',
  };
  try {
    const credential = await navigator.credentials.create({ signal, publicKey });
    return credential instanceof PublicKeyCredential ? registrationOf(credential) : null;
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

/** Returns `RegistrationResponseJSON` (WebAuthn Level 3, 5.1). */
function registrationOf({ id, rawId, type, response }: PublicKeyCredential): object {
  if (!(response instanceof AuthenticatorAttestationResponse)) throw new Error('expected an attestation');
  const { clientDataJSON, attestationObject } = response;
  return {
    id,
    rawId: encode(rawId),
    type,
    response: {
      clientDataJSON: encode(clientDataJSON),
      attestationObject: encode(attestationObject),
      transports: response.getTransports(),
    },
    clientExtensionResults: {},
  };
}

/** Names a passkey for the browser. A browser ignores transports that it does not know. */
const descriptorOf = ({ id, transports = [] }: NamedPasskey): PublicKeyCredentialDescriptor => ({
  type: 'public-key',
  id: bytesOf(id),
  transports: transports.filter(isTransport),
});

interface NamedPasskey {
  readonly id: string;
  readonly transports?: readonly string[];
}

const TRANSPORTS: readonly string[] = ['ble', 'hybrid', 'internal', 'nfc', 'usb'];
const isTransport = (value: string): value is AuthenticatorTransport => TRANSPORTS.includes(value);

const bytesOf = (base64url: string): Uint8Array<ArrayBuffer> => Uint8Array.from(decodeBytes(base64url));
const encode = (buffer: ArrayBuffer): string => encodeBytes(new Uint8Array(buffer));
