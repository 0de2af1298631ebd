import * as v from 'valibot';
import { bytes, described, text } from './schema.js';

/** JSON shapes of WebAuthn Level 3 (5.1, 5.4, 5.8): a relying party's options, and an authenticator's response. */

/** COSE algorithm identifier (RFC 9053), for example -7 for ES256. */
const coseAlgorithm = v.pipe(v.number(), v.integer());

/** Longest challenge in bytes. The challenge of Entra ID is an encrypted token of about 5 kB. */
const CHALLENGE_BYTES = 16_384;
/** Longest credential id in bytes (WebAuthn, 4). */
export const CREDENTIAL_ID_BYTES = 1023;

export const credentialId = described(v.pipe(bytes(CREDENTIAL_ID_BYTES), v.minLength(1)), 'Credential id.');

const transports = v.pipe(v.array(text(32)), v.maxLength(8));

/** Refers to an existing credential (`PublicKeyCredentialDescriptorJSON`). */
export const credentialDescriptor = v.strictObject({
  type: v.literal('public-key'),
  id: credentialId,
  transports: v.exactOptional(transports),
});

/** RP id: a relying party's domain, in lower-case ASCII. `mayRegister` decides which sites may register passkeys for it. */
export const rpId = v.pipe(v.string(), v.minLength(1), v.maxLength(253), v.regex(/^[a-z0-9.-]+$/));

/** `PublicKeyCredentialCreationOptionsJSON`: a relying party's options. */
export const creationOptions = v.strictObject({
  rp: v.strictObject({ id: described(rpId, 'RP id: always named here.'), name: text(64) }),
  user: v.strictObject({
    id: described(bytes(64), 'User handle.'),
    name: text(64),
    displayName: text(64),
  }),
  challenge: bytes(CHALLENGE_BYTES),
  pubKeyCredParams: v.pipe(
    v.array(v.strictObject({ type: v.literal('public-key'), alg: coseAlgorithm })),
    v.minLength(1),
    v.maxLength(16),
  ),
  timeout: v.exactOptional(described(v.number(), 'Milliseconds.')),
  excludeCredentials: v.exactOptional(v.pipe(v.array(credentialDescriptor), v.maxLength(64))),
  authenticatorSelection: v.exactOptional(
    v.strictObject({
      authenticatorAttachment: v.exactOptional(text(32)),
      residentKey: v.exactOptional(text(32)),
      requireResidentKey: v.exactOptional(v.boolean()),
      userVerification: v.exactOptional(text(32)),
    }),
  ),
  hints: v.exactOptional(v.pipe(v.array(text(32)), v.maxLength(8))),
  attestation: v.exactOptional(described(text(32), '`none`, `indirect`, `direct` or `enterprise`.')),
  attestationFormats: v.exactOptional(v.pipe(v.array(text(32)), v.maxLength(8))),
  extensions: v.exactOptional(v.record(text(64), v.unknown())),
});
export type CreationOptions = v.InferOutput<typeof creationOptions>;

/** `RegistrationResponseJSON`: the response of an authenticator and its client. It contains no secret. */
export const registrationResponse = v.strictObject({
  id: credentialId,
  rawId: credentialId,
  type: v.literal('public-key'),
  response: v.strictObject({
    clientDataJSON: described(bytes(24_576), 'Client data (5.8.1).'),
    attestationObject: described(bytes(16_384), 'Attestation object (6.5).'),
    authenticatorData: v.exactOptional(bytes(4_096)),
    transports: v.exactOptional(transports),
    publicKey: v.exactOptional(described(bytes(1_024), 'DER SubjectPublicKeyInfo.')),
    publicKeyAlgorithm: v.exactOptional(coseAlgorithm),
  }),
  authenticatorAttachment: v.exactOptional(text(32)),
  clientExtensionResults: v.record(text(64), v.unknown()),
});
export type RegistrationResponse = v.InferOutput<typeof registrationResponse>;
