import { verifyRegistration, type RegisteredPasskey } from '@cardwright/cms/passkeys';
import { decodeBytes } from '@cardwright/protocol';
import type { CreationOptions, RegistrationResponse } from '@cardwright/protocol/passkeys';
import { decodeAttestationObject, parseAuthenticatorData } from '@simplewebauthn/server/helpers';
import { KEY_PARAMETERS, userEntityOf } from './creation-members.js';

/** Name of the portal in the browser's dialog. */
const PORTAL_NAME = 'Cardwright';

/** The facts from which the options of a registration are made. */
export interface RegistrationRequest {
  readonly person: Parameters<typeof userEntityOf>[0];
  readonly rpId: string;
  /** Base64url. */
  readonly challenge: string;
  /** The passkeys that the person has for the portal. An authenticator with one of them makes no other one, which would take its place. */
  readonly present: NonNullable<CreationOptions['excludeCredentials']>;
  /** Milliseconds for which the browser waits for the user. */
  readonly timeout: number;
}

/** Returns the options for a passkey for signing in: on any authenticator that finds it by itself, and verifies its user. */
export const signInCreationOptions = (request: RegistrationRequest): CreationOptions => ({
  rp: { id: request.rpId, name: PORTAL_NAME },
  user: userEntityOf(request.person),
  challenge: request.challenge,
  pubKeyCredParams: KEY_PARAMETERS,
  timeout: request.timeout,
  excludeCredentials: request.present,
  authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
  attestation: 'none',
});

/** A passkey that was registered for signing in. */
export interface SignInRegistration extends RegisteredPasskey {
  /** Set if a copy of the passkey is kept elsewhere (WebAuthn Level 3, 6.1.3: BS). */
  readonly isBackedUp: boolean;
}

/**
 * Verifies the registration of a passkey for signing in (WebAuthn Level 3, 7.1).
 *
 * @param challenge challenge of the options, base64url
 * @param origin the portal's origin
 * @throws CardwrightError `PASSKEY_REFUSED` with the reason
 */
export async function verifySignInRegistration(
  { challenge, rpId, origin }: { readonly challenge: string; readonly rpId: string; readonly origin: string },
  registration: RegistrationResponse,
): Promise<SignInRegistration> {
  const options = { rp: { id: rpId, name: PORTAL_NAME }, challenge, pubKeyCredParams: KEY_PARAMETERS };
  const registered = await verifyRegistration({ options, origin }, registration);
  const attestation = decodeAttestationObject(new Uint8Array(decodeBytes(registration.response.attestationObject)));
  const { flags } = parseAuthenticatorData(attestation.get('authData'));
  return { ...registered, isBackedUp: flags.bs };
}
