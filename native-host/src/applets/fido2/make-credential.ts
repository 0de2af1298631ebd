import { createHash } from 'node:crypto';
import { readAuthenticatorData, type AttestedCredential, type AuthenticatorData } from './authenticator-data.js';
import { cborMap, isBytes, isMap, isText, requiredMember, type CborMap, type CborValue } from './cbor.js';
import { descriptorOf } from './credential.js';
import { malformedAnswer } from './fido-error.js';

/** The properties of a new credential (CTAP 2.1, 6.1). */
export interface CredentialOrder {
  /** SHA-256 of the client data. */
  readonly clientDataHash: Uint8Array;
  readonly rp: { readonly id: string; readonly name: string };
  readonly user: { readonly id: Uint8Array; readonly name: string; readonly displayName: string };
  /** COSE algorithms in order of preference. */
  readonly algorithms: readonly number[];
  /** Ids of credentials. If the authenticator has one of these credentials, it creates no new credential. */
  readonly excludeList: readonly Uint8Array[];
  /** True to store the credential on the authenticator, so that it is found without its id. */
  readonly residentKey: boolean;
  readonly userVerification: 'required' | 'preferred' | 'discouraged';
  readonly extensions: CredentialExtensions;
  /**
   * Permits an attestation that identifies the individual device (7.1). Value 1 permits it if the authenticator has the relying party in its list.
   * Value 2 permits it because the platform has decided so.
   */
  readonly enterpriseAttestation?: 1 | 2 | undefined;
}

/** Extensions at registration (12). The caller omits an extension that the authenticator does not support. */
export interface CredentialExtensions {
  /** User verification before the credential is used (12.1): 1 optional, 2 optional if the request lists the credential's id, 3 required. */
  readonly credProtect?: 1 | 2 | 3 | undefined;
  /** Enables hmac-secret for the credential (12.5). */
  readonly hmacSecret?: boolean | undefined;
  /** Reports the minimum length of the PIN to the relying party (12.4). */
  readonly minPinLength?: boolean | undefined;
}

/** The user verification of one command. */
export interface Verification {
  /** pinUvAuthParam over the hash of the client data, and its pinUvAuthProtocol. */
  readonly token?: { readonly param: Uint8Array; readonly protocol: number } | undefined;
  /** Set when the authenticator verifies the user itself without a token, as with CTAP 2.0 and a fingerprint reader. */
  readonly uv?: boolean | undefined;
}

/** The answer of authenticatorMakeCredential. */
export interface MadeCredential {
  /** Attestation statement format (WebAuthn, 8), such as `packed`. */
  readonly fmt: string;
  readonly attStmt: CborMap;
  /** Authenticator data, in the bytes that the authenticator signed. */
  readonly authData: Uint8Array;
  readonly parsed: AuthenticatorData & { readonly attested: AttestedCredential };
}

/** Parameters of authenticatorMakeCredential (6.1). */
const PARAMETER = {
  CLIENT_DATA_HASH: 0x01,
  RP: 0x02,
  USER: 0x03,
  PUB_KEY_CRED_PARAMS: 0x04,
  EXCLUDE_LIST: 0x05,
  EXTENSIONS: 0x06,
  OPTIONS: 0x07,
  PIN_UV_AUTH_PARAM: 0x08,
  PIN_UV_AUTH_PROTOCOL: 0x09,
  ENTERPRISE_ATTESTATION: 0x0a,
} as const;
/** Members of the answer (6.1.2). */
const RESULT = { FMT: 0x01, AUTH_DATA: 0x02, ATT_STMT: 0x03 } as const;

/** Builds the parameters of authenticatorMakeCredential. */
export function makeCredentialParameters(order: CredentialOrder, { token, uv }: Verification): CborMap {
  const { rp, user } = order;
  return cborMap([
    [PARAMETER.CLIENT_DATA_HASH, order.clientDataHash],
    [
      PARAMETER.RP,
      cborMap([
        ['id', rp.id],
        ['name', rp.name],
      ]),
    ],
    [
      PARAMETER.USER,
      cborMap([
        ['id', user.id],
        ['name', user.name],
        ['displayName', user.displayName],
      ]),
    ],
    [PARAMETER.PUB_KEY_CRED_PARAMS, order.algorithms.map(algorithmParameters)],
    [PARAMETER.EXCLUDE_LIST, unlessEmpty(order.excludeList.map(descriptorOf))],
    [PARAMETER.EXTENSIONS, membersOrNone(extensionMembers(order.extensions))],
    [
      PARAMETER.OPTIONS,
      membersOrNone([
        ['rk', order.residentKey || undefined],
        ['uv', uv === true || undefined],
      ]),
    ],
    [PARAMETER.PIN_UV_AUTH_PARAM, token?.param],
    [PARAMETER.PIN_UV_AUTH_PROTOCOL, token?.protocol],
    [PARAMETER.ENTERPRISE_ATTESTATION, order.enterpriseAttestation],
  ]);
}

/**
 * Reads the answer and checks that it belongs to this order.
 *
 * @param isVerified true if the user must have been verified
 * @throws CardwrightError `AUTHENTICATOR_ERROR` when the answer is malformed, or the credential is for another relying party, was created
 *   without a touch or the required verification, or has an algorithm that was not asked for
 */
export function readMadeCredential(answer: CborMap, order: CredentialOrder, isVerified: boolean): MadeCredential {
  const authData = requiredMember(answer, RESULT.AUTH_DATA, isBytes);
  const { attested, ...parsed } = readAuthenticatorData(authData);
  const isOurs =
    attested !== undefined &&
    order.algorithms.includes(attested.algorithm) &&
    isHashOfRpId(parsed.rpIdHash, order.rp.id) &&
    parsed.userPresent &&
    (parsed.userVerified || !isVerified);
  if (!isOurs) throw malformedAnswer();
  return {
    fmt: requiredMember(answer, RESULT.FMT, isText),
    attStmt: requiredMember(answer, RESULT.ATT_STMT, isMap),
    authData,
    parsed: { ...parsed, attested },
  };
}

/** True if a hash is the SHA-256 of a relying party id, as `rpIdHash` in authenticator data must be (WebAuthn, 6.1). */
export const isHashOfRpId = (hash: Uint8Array, rpId: string): boolean =>
  createHash('sha256').update(rpId).digest().equals(hash);

const algorithmParameters = (alg: number): CborMap =>
  cborMap([
    ['alg', alg],
    ['type', 'public-key'],
  ]);

const extensionMembers = ({ credProtect, hmacSecret, minPinLength }: CredentialExtensions): Members => [
  ['credProtect', credProtect],
  ['hmac-secret', hmacSecret === true || undefined],
  ['minPinLength', minPinLength === true || undefined],
];

type Members = readonly (readonly [string, CborValue | undefined])[];

/** Builds a map. Returns undefined instead of an empty map, because older authenticators refuse empty maps and lists. */
function membersOrNone(members: Members): CborMap | undefined {
  const map = cborMap(members);
  return map.size > 0 ? map : undefined;
}

const unlessEmpty = (list: readonly CborMap[]): readonly CborMap[] | undefined => (list.length > 0 ? list : undefined);
