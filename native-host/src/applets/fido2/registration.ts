import { createHash } from 'node:crypto';
import { CardwrightError, decodeBytes, encodeBytes } from '@cardwright/protocol';
import type { CreationOptions, RegistrationResponse } from '@cardwright/protocol/passkeys';
import { encodeAttestationObject, withoutAttestation } from './attestation-object.js';
import type { Authenticator, Use } from './authenticator.js';
import { serialiseClientData } from './client-data.js';
import { subjectPublicKeyInfo } from './cose-key.js';
import type { AuthenticatorInfo } from './info.js';
import type { CredentialExtensions, CredentialOrder, MadeCredential } from './make-credential.js';

/**
 * The options that a page of the relying party passes to create a passkey, and the origin of this page. The caller has checked with `mayRegister`
 * that the origin may create a passkey for this relying party.
 */
export interface Registration {
  readonly options: CreationOptions;
  readonly origin: string;
}

/**
 * Registers a passkey, as a browser would (WebAuthn Level 3, 5.1.3 and 5.1.4.1).
 *
 * @throws CardwrightError the errors of `Authenticator.makeCredential`, and `NOT_SUPPORTED_BY_DEVICE` if the relying party insists on
 *   credProtect and the authenticator lacks it
 */
export async function register(
  authenticator: Authenticator,
  { options, origin }: Registration,
  use: Use,
): Promise<RegistrationResponse> {
  const clientData = serialiseClientData({ type: 'webauthn.create', challenge: options.challenge, origin });
  const { info } = authenticator;
  try {
    const order = orderOf(options, createHash('sha256').update(clientData).digest(), info);
    const made = await authenticator.makeCredential(order, use);
    return responseOf({ clientData, made, order, options, transports: transportsOf(authenticator) });
  } finally {
    use.pin?.fill(0);
  }
}

/**
 * Translates the relying party's options into parameters for this authenticator (5.1.3, steps of "creating a credential"; CTAP 2.1, 12).
 *
 * @throws CardwrightError `NOT_SUPPORTED_BY_DEVICE` if the relying party insists on credProtect and the authenticator lacks it
 */
export function orderOf(
  options: CreationOptions,
  clientDataHash: Uint8Array,
  info: AuthenticatorInfo,
): CredentialOrder {
  const { rp, user, authenticatorSelection: { userVerification = 'preferred' } = {} } = options;
  const isEnterprise = options.attestation === 'enterprise' && info.options.get('ep') === true;
  return {
    clientDataHash,
    rp,
    user: { ...user, id: decodeBytes(user.id) },
    algorithms: options.pubKeyCredParams.map(({ alg }) => alg),
    excludeList: (options.excludeCredentials ?? []).map(({ id }) => decodeBytes(id)),
    residentKey: wantsResidentKey(options, info),
    userVerification:
      userVerification === 'required' || userVerification === 'discouraged' ? userVerification : 'preferred',
    extensions: extensionsOf(options.extensions ?? {}, info),
    ...(isEnterprise ? { enterpriseAttestation: 1 } : {}),
  };
}

/**
 * True if the credential must be stored on the authenticator. An unknown `residentKey` counts as absent: `requireResidentKey` decides
 * (5.4.6).
 */
function wantsResidentKey({ authenticatorSelection = {} }: CreationOptions, { options }: AuthenticatorInfo): boolean {
  const { residentKey, requireResidentKey = false } = authenticatorSelection;
  switch (residentKey) {
    case 'required':
      return true;
    case 'preferred':
      return options.get('rk') === true;
    case 'discouraged':
      return false;
    default:
      return requireResidentKey;
  }
}

/** Values of `credentialProtectionPolicy` (CTAP 2.1, 12.1). */
const CRED_PROTECT: ReadonlyMap<unknown, 1 | 2 | 3> = new Map([
  ['userVerificationOptional', 1],
  ['userVerificationOptionalWithCredentialIDList', 2],
  ['userVerificationRequired', 3],
]);

function extensionsOf(
  inputs: Readonly<Record<string, unknown>>,
  { extensions }: AuthenticatorInfo,
): CredentialExtensions {
  const policy = CRED_PROTECT.get(inputs.credentialProtectionPolicy);
  const canProtect = extensions.includes('credProtect');
  const insists = inputs.enforceCredentialProtectionPolicy === true && policy !== undefined && policy > 1;
  if (insists && !canProtect) throw new CardwrightError('NOT_SUPPORTED_BY_DEVICE', { capability: 'credProtect' });
  return {
    credProtect: canProtect ? policy : undefined,
    hmacSecret: inputs.hmacCreateSecret === true && extensions.includes('hmac-secret'),
    minPinLength: inputs.minPinLength === true && extensions.includes('minPinLength'),
  };
}

/**
 * Returns the transports for `getTransports()`, sorted lexicographically and without duplicates (5.2.1). These are the transports that getInfo
 * reports. If getInfo reports no transports, returns the transport of the connection, or an empty list if that transport is uncertain.
 */
function transportsOf({ info, transports }: Authenticator): string[] {
  const told = info.transports.length > 0 ? info.transports : transports.length === 1 ? transports : [];
  return [...new Set(told)].sort().slice(0, MAX_TRANSPORTS);
}

/** Largest number of transports in a `RegistrationResponse`. */
const MAX_TRANSPORTS = 8;

interface Outcome {
  readonly clientData: Uint8Array;
  readonly made: MadeCredential;
  readonly order: CredentialOrder;
  readonly options: CreationOptions;
  readonly transports: string[];
}

/** Builds the `RegistrationResponseJSON` (5.1). */
function responseOf({ clientData, made, order, options, transports }: Outcome): RegistrationResponse {
  const { attested } = made.parsed;
  const isAsked = options.attestation !== undefined && options.attestation !== 'none';
  const object = isAsked ? made : withoutAttestation(made, attested.aaguid);
  const publicKey = subjectPublicKeyInfo(attested.publicKey);
  const id = encodeBytes(attested.credentialId);
  return {
    id,
    rawId: id,
    type: 'public-key',
    response: {
      clientDataJSON: encodeBytes(clientData),
      attestationObject: encodeBytes(encodeAttestationObject(object)),
      authenticatorData: encodeBytes(made.authData),
      transports,
      ...(publicKey ? { publicKey: encodeBytes(publicKey) } : {}),
      publicKeyAlgorithm: attested.algorithm,
    },
    authenticatorAttachment: 'cross-platform',
    clientExtensionResults: extensionResults(options.extensions ?? {}, order, made),
  };
}

/**
 * Returns the outputs of the client extensions credProps (WebAuthn, 10.1.3) and hmacCreateSecret (CTAP 2.1, 12.5), if the relying party
 * requested them. The other supported extensions have no outputs for the client.
 */
function extensionResults(
  inputs: Readonly<Record<string, unknown>>,
  { residentKey }: CredentialOrder,
  { parsed }: MadeCredential,
): Record<string, unknown> {
  const hmacSecret = parsed.extensions?.get('hmac-secret') === true;
  return {
    ...(inputs.credProps === true ? { credProps: { rk: residentKey } } : {}),
    ...(inputs.hmacCreateSecret === true ? { hmacCreateSecret: hmacSecret } : {}),
  };
}
