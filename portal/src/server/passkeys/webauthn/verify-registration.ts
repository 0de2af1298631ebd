import { createHash } from 'node:crypto';
import { CardwrightError, type CreationOptions, type RegistrationResponse } from '@cardwright/protocol';
import { verifyRegistrationResponse, type VerifiedRegistrationResponse } from '@simplewebauthn/server';
import { decodeClientDataJSON, decodeAttestationObject, parseAuthenticatorData } from '@simplewebauthn/server/helpers';

export interface ExpectedRegistration {
  /** As they were given out: the challenge is taken from them. */
  readonly options: CreationOptions;
  readonly origin: string;
}

export type VerifiedRegistration = Extract<VerifiedRegistrationResponse, { verified: true }>['registrationInfo'];

/**
 * Verifies a new passkey (WebAuthn, 7.1), and says what is wrong with one that is refused.
 *
 * @throws CardwrightError `PASSKEY_REFUSED`
 */
export async function verifyRegistration(
  response: RegistrationResponse,
  { options, origin }: ExpectedRegistration,
): Promise<VerifiedRegistration> {
  const { clientData, authenticatorData } = read(response);
  if (clientData.type !== 'webauthn.create' || clientData.challenge !== options.challenge) throw refusal('challenge');
  if (clientData.origin !== origin || clientData.crossOrigin === true) throw refusal('origin');
  const rpIdHash = createHash('sha256').update(options.rp.id).digest();
  if (!rpIdHash.equals(authenticatorData.rpIdHash)) throw refusal('rp-id');
  const verified = await verifyRegistrationResponse({
    response: forLibrary(response),
    expectedChallenge: options.challenge,
    expectedOrigin: origin,
    expectedRPID: options.rp.id,
    requireUserVerification: true,
    supportedAlgorithmIDs: options.pubKeyCredParams.map(({ alg }) => alg),
  }).catch((cause: unknown) => {
    throw refusal('signature', cause);
  });
  // The answer names its credential beside what is signed.
  if (!verified.verified || verified.registrationInfo.credential.id !== response.id) throw refusal('signature');
  return verified.registrationInfo;
}

function read({ response }: RegistrationResponse) {
  try {
    const object = decodeAttestationObject(new Uint8Array(Buffer.from(response.attestationObject, 'base64url')));
    return {
      clientData: decodeClientDataJSON(response.clientDataJSON),
      authenticatorData: parseAuthenticatorData(object.get('authData')),
    };
  } catch (cause) {
    throw refusal('unreadable', cause);
  }
}

/** Only what is verified: the rest of an answer is the client's word. */
const forLibrary = ({ id, rawId, type, response }: RegistrationResponse) => ({
  id,
  rawId,
  type,
  response: { clientDataJSON: response.clientDataJSON, attestationObject: response.attestationObject },
  clientExtensionResults: {},
});

const refusal = (
  reason: 'challenge' | 'origin' | 'rp-id' | 'signature' | 'unreadable',
  cause?: unknown,
): CardwrightError => new CardwrightError('PASSKEY_REFUSED', { reason }, { cause });
