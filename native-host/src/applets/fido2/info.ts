import { FIDO_PIN_LENGTH, type FidoFacts } from '@cardwright/protocol/devices';
import {
  isArray,
  isBytes,
  isCount,
  isFlag,
  isInteger,
  isMap,
  isText,
  optionalMember,
  requiredMember,
  type CborKey,
  type CborMap,
  type CborValue,
} from './cbor.js';
import { DEFAULT_MAX_MESSAGE } from './ctap.js';
import { malformedAnswer } from './fido-error.js';

/** The answer of authenticatorGetInfo (CTAP 2.1, 6.4). */
export interface AuthenticatorInfo {
  /** Supported versions, such as `FIDO_2_1`. */
  readonly versions: readonly string[];
  readonly extensions: readonly string[];
  /** Model of the authenticator, as a UUID. */
  readonly aaguid: string;
  readonly options: ReadonlyMap<string, boolean>;
  /** Longest message in bytes that the authenticator accepts; at least 1024. */
  readonly maxMessageSize: number;
  /** Versions of the PIN/UV auth protocols, in the authenticator's order of preference. */
  readonly pinProtocols: readonly number[];
  /** Largest number of credentials in a list; 1 if the authenticator does not say. */
  readonly maxCredentialCount: number;
  /** Longest credential id in bytes that the authenticator creates; undefined if it does not say. */
  readonly maxCredentialIdLength: number | undefined;
  readonly transports: readonly string[];
  /** COSE algorithms of the keys that the authenticator can generate; undefined if it does not say. */
  readonly algorithms: readonly number[] | undefined;
  readonly forcePinChange: boolean;
  /** Minimum length of a PIN in Unicode code points, from 4 to 63; 4 if the authenticator does not say. */
  readonly minPinLength: number;
  /** Maximum length of a PIN in Unicode code points, from 4 to 63; 63 if the authenticator does not say (CTAP 2.2). */
  readonly maxPinLength: number;
  /** Number of discoverable credentials that still fit; undefined if the authenticator does not say. */
  readonly remainingPasskeys: number | undefined;
  /** Transports over which the authenticator can be reset (CTAP 2.2); undefined if it does not say. */
  readonly resetTransports: readonly string[] | undefined;
  /** Set when the authenticator is reset by a long touch alone (CTAP 2.3). */
  readonly longTouchForReset: boolean;
  /** Set when the authenticator refuses PINs that are easy to guess (CTAP 2.2). */
  readonly pinComplexity: boolean;
}

/** Members of the answer (6.4). The members 0x18 and higher were added by CTAP 2.2 and 2.3. */
const MEMBER = {
  VERSIONS: 0x01,
  EXTENSIONS: 0x02,
  AAGUID: 0x03,
  OPTIONS: 0x04,
  MAX_MSG_SIZE: 0x05,
  PIN_UV_AUTH_PROTOCOLS: 0x06,
  MAX_CREDENTIAL_COUNT_IN_LIST: 0x07,
  MAX_CREDENTIAL_ID_LENGTH: 0x08,
  TRANSPORTS: 0x09,
  ALGORITHMS: 0x0a,
  FORCE_PIN_CHANGE: 0x0c,
  MIN_PIN_LENGTH: 0x0d,
  REMAINING_DISCOVERABLE_CREDENTIALS: 0x14,
  LONG_TOUCH_FOR_RESET: 0x18,
  TRANSPORTS_FOR_RESET: 0x1a,
  PIN_COMPLEXITY_POLICY: 0x1b,
  MAX_PIN_LENGTH: 0x1d,
} as const;

const AAGUID_LENGTH = 16;
/** Largest number of entries in a list or map, and of characters in a text entry. Further entries and longer texts are ignored. */
const MAX_ENTRIES = 32;
const MAX_NAME = 32;

/**
 * Reads the answer of authenticatorGetInfo.
 *
 * @throws CardwrightError `AUTHENTICATOR_ERROR` when the answer is malformed
 */
export function readInfo(answer: CborMap): AuthenticatorInfo {
  const aaguid = requiredMember(answer, MEMBER.AAGUID, isBytes);
  if (aaguid.length !== AAGUID_LENGTH) throw malformedAnswer();
  const pinLength = (key: CborKey, otherwise: number): number =>
    Math.min(Math.max(optionalMember(answer, key, isCount) ?? otherwise, FIDO_PIN_LENGTH.min), FIDO_PIN_LENGTH.max);
  return {
    versions: listOf(answer, MEMBER.VERSIONS, isName) ?? [],
    extensions: listOf(answer, MEMBER.EXTENSIONS, isName) ?? [],
    aaguid: formatAaguid(aaguid),
    options: flagsOf(optionalMember(answer, MEMBER.OPTIONS, isMap)),
    maxMessageSize: Math.max(optionalMember(answer, MEMBER.MAX_MSG_SIZE, isCount) ?? 0, DEFAULT_MAX_MESSAGE),
    pinProtocols: listOf(answer, MEMBER.PIN_UV_AUTH_PROTOCOLS, isCount) ?? [],
    maxCredentialCount: Math.max(optionalMember(answer, MEMBER.MAX_CREDENTIAL_COUNT_IN_LIST, isCount) ?? 1, 1),
    maxCredentialIdLength: optionalMember(answer, MEMBER.MAX_CREDENTIAL_ID_LENGTH, isCount),
    transports: listOf(answer, MEMBER.TRANSPORTS, isName) ?? [],
    algorithms: listOf(answer, MEMBER.ALGORITHMS, isMap)?.map((parameters) =>
      requiredMember(parameters, 'alg', isInteger),
    ),
    forcePinChange: optionalMember(answer, MEMBER.FORCE_PIN_CHANGE, isFlag) ?? false,
    minPinLength: pinLength(MEMBER.MIN_PIN_LENGTH, FIDO_PIN_LENGTH.min),
    maxPinLength: pinLength(MEMBER.MAX_PIN_LENGTH, FIDO_PIN_LENGTH.max),
    remainingPasskeys: optionalMember(answer, MEMBER.REMAINING_DISCOVERABLE_CREDENTIALS, isCount),
    resetTransports: listOf(answer, MEMBER.TRANSPORTS_FOR_RESET, isName),
    longTouchForReset: optionalMember(answer, MEMBER.LONG_TOUCH_FOR_RESET, isFlag) ?? false,
    pinComplexity: optionalMember(answer, MEMBER.PIN_COMPLEXITY_POLICY, isFlag) ?? false,
  };
}

/**
 * Returns which command for credential management (6.8) the authenticator has: the standard command or its preview. Returns undefined if the
 * authenticator has neither.
 */
export function credentialManagementOf({ options, versions }: AuthenticatorInfo): 'standard' | 'preview' | undefined {
  if (options.get('credMgmt') === true) return 'standard';
  const hasPreview = versions.includes('FIDO_2_1_PRE') && options.get('credentialMgmtPreview') === true;
  return hasPreview ? 'preview' : undefined;
}

/** True if the authenticator supports authenticatorConfig with setMinPINLength (6.11.4). */
export const canSetMinPinLength = ({ options }: AuthenticatorInfo): boolean =>
  options.get('authnrCfg') === true && options.get('setMinPINLength') === true;

/** Returns the facts of an authenticator that Cardwright's protocol carries. */
export function factsOf(info: AuthenticatorInfo): FidoFacts {
  return {
    versions: info.versions.slice(0, FACTS.VERSIONS),
    aaguid: info.aaguid,
    pinSet: info.options.get('clientPin') ?? null,
    minPinLength: info.minPinLength,
    forcePinChange: info.forcePinChange,
    pinComplexity: info.pinComplexity,
    alwaysUv: info.options.get('alwaysUv') === true,
    credentialManagement: credentialManagementOf(info) !== undefined,
    canSetMinPinLength: canSetMinPinLength(info),
    enterpriseAttestation: info.options.get('ep') ?? null,
    resetTransports: info.resetTransports?.slice(0, FACTS.TRANSPORTS) ?? null,
  };
}

/** Largest number of entries in the lists of `FidoFacts`. */
const FACTS = { VERSIONS: 16, TRANSPORTS: 8 } as const;

/** Formats an AAGUID as a UUID in lower case (RFC 9562, section 4). */
export function formatAaguid(aaguid: Uint8Array): string {
  const digits = Buffer.from(aaguid).toString('hex');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const isName = (value: CborValue): value is string => isText(value) && value.length > 0 && value.length <= MAX_NAME;

/**
 * Returns the entries of a list that `is` accepts, among the first `MAX_ENTRIES` entries. Returns undefined if the list is missing. Later versions of
 * CTAP may add entries that `is` does not accept, which are left out.
 */
function listOf<T extends CborValue>(
  map: CborMap,
  key: CborKey,
  is: (value: CborValue) => value is T,
): T[] | undefined {
  return optionalMember(map, key, isArray)?.slice(0, MAX_ENTRIES).filter(is);
}

function flagsOf(options: CborMap = new Map()): ReadonlyMap<string, boolean> {
  const flags = new Map<string, boolean>();
  for (const [name, value] of [...options].slice(0, MAX_ENTRIES))
    if (isText(name) && isFlag(value)) flags.set(name, value);
  return flags;
}
