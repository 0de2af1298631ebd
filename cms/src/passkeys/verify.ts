import { createHash } from 'node:crypto';
import { CardwrightError, decodeBytes, encodeBytes, type Result } from '@cardwright/protocol';
import { passkeyProofMessage, type CreationOptions, type RegistrationResponse } from '@cardwright/protocol/passkeys';
import { verifyRegistrationResponse } from '@simplewebauthn/server';
import {
  decodeAttestationObject,
  decodeClientDataJSON,
  parseAuthenticatorData,
  verifySignature,
} from '@simplewebauthn/server/helpers';
import { requireReadableKeys } from './attested-keys.js';
import type { Passkey } from '../store/rows.js';

/** Options and origin that a registration has to match. */
export interface ExpectedRegistration {
  readonly options: Pick<CreationOptions, 'rp' | 'challenge' | 'pubKeyCredParams'>;
  /** Origin in the client data. */
  readonly origin: string;
}

/** Facts about a passkey from its registration. None of them is secret. */
export type RegisteredPasskey = Pick<Passkey, 'credentialId' | 'publicKey' | 'aaguid' | 'signCount' | 'transports'>;

/**
 * Accepted formats of attestation statements: the formats of security keys, and `none`. The formats of phones and computers (`android-key`,
 * `apple`, `tpm`) never come from an issued device.
 */
const STATEMENTS: readonly string[] = ['packed', 'fido-u2f', 'none'];

type Refusal = Parameters<typeof refusal>[0];
const refusal = (
  reason: 'challenge' | 'origin' | 'rp-id' | 'signature' | 'attestation' | 'unreadable',
  cause?: unknown,
) => new CardwrightError('PASSKEY_REFUSED', { reason }, { cause });

function require(condition: boolean, reason: Refusal): void {
  if (!condition) throw refusal(reason);
}

function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw refusal('unreadable', cause);
  }
}

/**
 * Verifies a registration (WebAuthn Level 3, 7.1): it answers this challenge, at this origin, for this relying party, with the user present and
 * verified, and its attestation statement is consistent. The service decides whether a trusted manufacturer made the statement.
 *
 * @throws CardwrightError `PASSKEY_REFUSED` with the reason
 * @example
 * const { credentialId } = await verifyRegistration({ options, origin: 'https://login.example.com' }, registration);
 */
export async function verifyRegistration(
  { options, origin }: ExpectedRegistration,
  registration: RegistrationResponse,
): Promise<RegisteredPasskey> {
  const { id, rawId, type, response } = registration;
  const { clientDataJSON, attestationObject } = response;
  const client = readable(() => decodeClientDataJSON(clientDataJSON));
  require(client.type === 'webauthn.create' && client.challenge === options.challenge, 'challenge');
  require(client.origin === origin && client.crossOrigin !== true, 'origin');
  const attestation = readable(() => decodeAttestationObject(bytesOf(attestationObject)));
  const { rpIdHash, credentialID, counter } = readable(() => parseAuthenticatorData(attestation.get('authData')));
  require(isHashOf(rpIdHash, options.rp.id), 'rp-id');
  // The library takes the id from the attestation object, and never compares it with the `id` of the response.
  require(credentialID !== undefined && encodeBytes(credentialID) === id, 'signature');
  require(STATEMENTS.includes(attestation.get('fmt')), 'attestation');
  readable(() => requireReadableKeys(attestation));
  const verified = await verifyRegistrationResponse({
    response: { id, rawId, type, response: { clientDataJSON, attestationObject }, clientExtensionResults: {} },
    expectedChallenge: options.challenge,
    expectedOrigin: origin,
    expectedRPID: options.rp.id,
    requireUserPresence: true,
    requireUserVerification: true,
    supportedAlgorithmIDs: options.pubKeyCredParams.map(({ alg }) => alg),
  }).catch((cause: unknown) => {
    throw refusal('signature', cause);
  });
  if (!verified.verified) throw refusal('signature');
  const { credential, aaguid } = verified.registrationInfo;
  return {
    credentialId: credential.id,
    publicKey: encodeBytes(credential.publicKey),
    aaguid,
    signCount: counter,
    transports: response.transports ?? [],
  };
}

/** Proof that a new passkey is on the open device. */
export type PlaceProof = NonNullable<Result<'fido.createCredential'>['proof']>;

/**
 * Verifies that the open device has the passkey: the device signed this session's challenge with the new key.
 *
 * @param challenge base64url
 * @throws CardwrightError `PASSKEY_REFUSED` with the reason, if the proof is not valid
 */
export async function verifyPlace(
  { publicKey }: Pick<RegisteredPasskey, 'publicKey'>,
  { rpId, challenge }: { readonly rpId: string; readonly challenge: string },
  { authenticatorData, signature }: PlaceProof,
): Promise<void> {
  const signed = bytesOf(authenticatorData);
  const { rpIdHash } = readable(() => parseAuthenticatorData(signed));
  require(isHashOf(rpIdHash, rpId), 'rp-id');
  const data = new Uint8Array(Buffer.concat([signed, sha256(passkeyProofMessage(challenge))]));
  require(await isSignedBy(bytesOf(publicKey), data, bytesOf(signature)), 'signature');
}

async function isSignedBy(
  credentialPublicKey: Uint8Array<ArrayBuffer>,
  data: Uint8Array<ArrayBuffer>,
  signature: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  try {
    return await verifySignature({ credentialPublicKey, data, signature });
  } catch (cause) {
    // Malformed signatures throw synchronously, before there is a promise.
    throw refusal('signature', cause);
  }
}

const bytesOf = (base64url: string): Uint8Array<ArrayBuffer> => new Uint8Array(decodeBytes(base64url));

const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest();

const isHashOf = (hash: Uint8Array, rpId: string): boolean => sha256(rpId).equals(hash);
