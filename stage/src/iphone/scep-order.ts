import { isDictionary, type Keys } from './property-list.js';

/** Sizes in bits that Apple lists for `Keysize`. */
const KEY_SIZES: readonly number[] = [1024, 2048, 4096];

/** A profile's instruction to get a certificate by SCEP: `PayloadContent` of `com.apple.security.scep`. */
export interface ScepOrder {
  readonly url: URL;
  /** Sent to the server as `message` of GetCACaps and GetCACert. */
  readonly name: string | null;
  /** Relative distinguished names. Each name is a pair of a type (`CN` or a dotted OID) and a value. */
  readonly subject: readonly (readonly [string, string])[];
  readonly alternativeNames: readonly { readonly kind: AlternativeName; readonly value: string }[];
  readonly challenge: string | null;
  /** Size of the key in bits. */
  readonly keySize: number;
  readonly signs: boolean;
  readonly encrypts: boolean;
  /** Fingerprint of the authority's certificate. */
  readonly caFingerprint: Uint8Array | null;
  /** Number of times that a phone asks again while the answer is pending. */
  readonly retries: number;
  /** Seconds before each retry except the first. */
  readonly retryDelay: number;
}

const ALTERNATIVE_NAMES = ['rfc822Name', 'dNSName', 'uniformResourceIdentifier', 'ntPrincipalName'] as const;
export type AlternativeName = (typeof ALTERNATIVE_NAMES)[number];

/**
 * Reads the content of a SCEP payload.
 *
 * @throws PhoneFailure `Invalid Profile`
 */
export function readScepOrder(keys: Keys): ScepOrder {
  const names = keys.optionalInner('SubjectAltName');
  const keySize = keys.optionalInteger('Keysize') ?? 1024;
  const usage = keys.optionalInteger('Key Usage') ?? 0;
  if (!KEY_SIZES.includes(keySize)) throw keys.refusal(`Keysize is ${keySize}`);
  if ((keys.optionalText('Key Type') ?? 'RSA') !== 'RSA') throw keys.refusal('Key Type is not RSA');
  return {
    url: keys.address('URL'),
    name: keys.optionalText('Name'),
    subject: readSubject(keys),
    alternativeNames: ALTERNATIVE_NAMES.flatMap((kind) => names?.texts(kind).map((value) => ({ kind, value })) ?? []),
    challenge: keys.optionalText('Challenge'),
    keySize,
    signs: (usage & 1) !== 0,
    encrypts: (usage & 4) !== 0,
    caFingerprint: keys.optionalData('CAFingerprint'),
    retries: keys.optionalInteger('Retries') ?? 3,
    retryDelay: keys.optionalInteger('RetryDelay') ?? 10,
  };
}

function readSubject(keys: Keys): [string, string][] {
  return (keys.optionalList('Subject') ?? []).map((names) => {
    const [pair, ...further] = Array.isArray(names) ? names : [];
    const [type, value] = Array.isArray(pair) && !isDictionary(pair) ? pair : [];
    if (further.length > 0 || typeof type !== 'string' || typeof value !== 'string')
      throw keys.refusal('Subject is not a list of lists of pairs');
    return [type, value];
  });
}
