import { readAuthenticatorData } from './authenticator-data.js';
import { cborMap, isBytes, requiredMember, type CborMap } from './cbor.js';
import { descriptorOf, idOfDescriptor } from './credential.js';
import { malformedAnswer } from './fido-error.js';
import { isHashOfRpId, type Verification } from './make-credential.js';

/** The data to sign, and the credentials that may sign it (CTAP 2.1, 6.2). */
export interface AssertionOrder {
  readonly rpId: string;
  /** SHA-256 of the client data. */
  readonly clientDataHash: Uint8Array;
  /** Ids of the credentials. */
  readonly allowList: readonly Uint8Array[];
  /** True to require a touch. If false, the authenticator signs silently, and clears the flag UP in its data. */
  readonly up: boolean;
}

/** A signature over the authenticator data and the hash of the client data (WebAuthn, 6.3.3). */
export interface Assertion {
  readonly credentialId: Uint8Array;
  readonly authenticatorData: Uint8Array;
  readonly signature: Uint8Array;
}

/** Parameters of authenticatorGetAssertion (6.2). */
const PARAMETER = {
  RP_ID: 0x01,
  CLIENT_DATA_HASH: 0x02,
  ALLOW_LIST: 0x03,
  OPTIONS: 0x05,
  PIN_UV_AUTH_PARAM: 0x06,
  PIN_UV_AUTH_PROTOCOL: 0x07,
} as const;
/** Members of the answer (6.2.2). */
const RESULT = { CREDENTIAL: 0x01, AUTH_DATA: 0x02, SIGNATURE: 0x03 } as const;

/** Builds the parameters of authenticatorGetAssertion. */
export function getAssertionParameters(order: AssertionOrder, { token, uv }: Verification): CborMap {
  const options = cborMap([
    ['up', order.up ? undefined : false],
    ['uv', uv === true || undefined],
  ]);
  return cborMap([
    [PARAMETER.RP_ID, order.rpId],
    [PARAMETER.CLIENT_DATA_HASH, order.clientDataHash],
    [PARAMETER.ALLOW_LIST, order.allowList.map(descriptorOf)],
    [PARAMETER.OPTIONS, options.size > 0 ? options : undefined],
    [PARAMETER.PIN_UV_AUTH_PARAM, token?.param],
    [PARAMETER.PIN_UV_AUTH_PROTOCOL, token?.protocol],
  ]);
}

/**
 * Reads the answer and checks that it belongs to this order.
 *
 * @throws CardwrightError `AUTHENTICATOR_ERROR` when the answer is malformed, or is for another relying party or credential
 */
export function readAssertion(answer: CborMap, { rpId, allowList }: AssertionOrder): Assertion {
  const authenticatorData = requiredMember(answer, RESULT.AUTH_DATA, isBytes);
  const [only, ...others] = allowList;
  const credentialId = idOfDescriptor(answer, RESULT.CREDENTIAL) ?? (others.length === 0 ? only : undefined);
  const isListed = credentialId !== undefined && allowList.some((id) => Buffer.from(id).equals(credentialId));
  const isOurs = isListed && isHashOfRpId(readAuthenticatorData(authenticatorData).rpIdHash, rpId);
  if (!isOurs) throw malformedAnswer();
  return { credentialId, authenticatorData, signature: requiredMember(answer, RESULT.SIGNATURE, isBytes) };
}
