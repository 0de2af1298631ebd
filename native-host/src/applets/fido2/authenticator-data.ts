import { isInteger, isMap, optionalMember, decodeCbor, decodeFirstCbor, type CborMap } from './cbor.js';
import { malformedAnswer } from './fido-error.js';
import { formatAaguid } from './info.js';

/** The data that an authenticator signs (WebAuthn Level 3, 6.1). */
export interface AuthenticatorData {
  readonly rpIdHash: Uint8Array;
  readonly userPresent: boolean;
  readonly userVerified: boolean;
  readonly backupEligible: boolean;
  readonly backedUp: boolean;
  readonly signCount: number;
  /** The new credential; undefined if the flag AT is not set, as in an assertion. */
  readonly attested: AttestedCredential | undefined;
  /** Outputs of the extensions; undefined if the flag ED is not set. */
  readonly extensions: CborMap | undefined;
}

/** Attested credential data (6.5.1). */
export interface AttestedCredential {
  /** Model of the authenticator, as a UUID. */
  readonly aaguid: string;
  readonly credentialId: Uint8Array;
  /** COSE key (RFC 9052, 7). */
  readonly publicKey: CborMap;
  /** COSE algorithm of the key. */
  readonly algorithm: number;
}

const FLAG = { UP: 0x01, UV: 0x04, BE: 0x08, BS: 0x10, AT: 0x40, ED: 0x80 } as const;

const HASH_LENGTH = 32;
/** Length in bytes of the relying party's hash, the flags and the signature counter. */
const HEADER_LENGTH = HASH_LENGTH + 5;
const AAGUID_LENGTH = 16;
/** Length in bytes of the AAGUID and of the field with the credential id's length. */
const ATTESTED_HEADER_LENGTH = AAGUID_LENGTH + 2;
/** Longest credential id in bytes (WebAuthn, 4). */
const MAX_CREDENTIAL_ID = 1023;
const COSE_ALG = 3;

/**
 * Reads authenticator data, which must fill all of `data`.
 *
 * @throws CardwrightError `AUTHENTICATOR_ERROR` when data are missing at the end or left over, or when the credential or the extensions are
 *   malformed
 */
export function readAuthenticatorData(data: Uint8Array): AuthenticatorData {
  if (data.length < HEADER_LENGTH) throw malformedAnswer();
  const bytes = Buffer.from(data);
  const flags = bytes.readUInt8(HASH_LENGTH);
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const behind = data.subarray(HEADER_LENGTH);
  const { attested, rest } = has(FLAG.AT) ? readAttested(behind) : { attested: undefined, rest: behind };
  return {
    rpIdHash: Uint8Array.from(data.subarray(0, HASH_LENGTH)),
    userPresent: has(FLAG.UP),
    userVerified: has(FLAG.UV),
    backupEligible: has(FLAG.BE),
    backedUp: has(FLAG.BS),
    signCount: bytes.readUInt32BE(HASH_LENGTH + 1),
    attested,
    extensions: readExtensions(rest, has(FLAG.ED)),
  };
}

function readAttested(data: Uint8Array): { readonly attested: AttestedCredential; readonly rest: Uint8Array } {
  if (data.length < ATTESTED_HEADER_LENGTH) throw malformedAnswer();
  const length = Buffer.from(data).readUInt16BE(AAGUID_LENGTH);
  const end = ATTESTED_HEADER_LENGTH + length;
  if (length === 0 || length > MAX_CREDENTIAL_ID || data.length < end) throw malformedAnswer();
  const { value: publicKey, rest } = decodeFirstCbor(data.subarray(end));
  if (!isMap(publicKey)) throw malformedAnswer();
  const algorithm = optionalMember(publicKey, COSE_ALG, isInteger);
  if (algorithm === undefined) throw malformedAnswer();
  const attested = {
    aaguid: formatAaguid(data.subarray(0, AAGUID_LENGTH)),
    credentialId: Uint8Array.from(data.subarray(ATTESTED_HEADER_LENGTH, end)),
    publicKey,
    algorithm,
  };
  return { attested, rest };
}

function readExtensions(data: Uint8Array, areThere: boolean): CborMap | undefined {
  if (!areThere && data.length === 0) return undefined;
  const extensions = areThere ? decodeCbor(data) : null;
  if (extensions === null || !isMap(extensions)) throw malformedAnswer();
  return extensions;
}
