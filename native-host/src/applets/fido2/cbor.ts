import { decodeFirst, encode, Token, Tokenizer, Type } from 'cborg';
import { malformedAnswer } from './fido-error.js';

/** CBOR in the canonical form of CTAP2 (CTAP 2.1, 8). */

export type CborKey = number | string;
export type CborMap = ReadonlyMap<CborKey, CborValue>;
export type CborValue = null | boolean | number | bigint | string | Uint8Array | readonly CborValue[] | CborMap;

/** Greatest depth of nested maps and arrays. CTAP allows four levels in a message (8), but an attestation statement may have more of its own. */
const MAX_DEPTH = 8;

/** Encodes a value in its shortest form, with map keys sorted by type, length and bytes (8). */
export const encodeCbor = (value: CborValue): Uint8Array => encode(value);

/** Builds a map, without the members whose value is undefined. */
export const cborMap = (members: readonly (readonly [CborKey, CborValue | undefined])[]): CborMap =>
  new Map(members.filter((member): member is readonly [CborKey, CborValue] => member[1] !== undefined));

/**
 * Decodes one value that fills all of `data`. Refuses duplicate keys, keys other than text and integers, indefinite lengths, lengths and
 * integers that are not in their shortest form, tags, undefined, NaN, infinity, and nesting deeper than `MAX_DEPTH`. Accepts unsorted keys,
 * because older authenticators sort them differently.
 *
 * @throws CardwrightError `AUTHENTICATOR_ERROR`
 */
export function decodeCbor(data: Uint8Array): CborValue {
  const { value, rest } = decodeFirstCbor(data);
  if (rest.length > 0) throw malformedAnswer();
  return value;
}

/** Decodes the first of several values, as strictly as `decodeCbor`. `rest` contains the bytes that follow the value. */
export function decodeFirstCbor(data: Uint8Array): { readonly value: CborValue; readonly rest: Uint8Array } {
  let decoded: [unknown, Uint8Array];
  try {
    // Decode a copy, because a decoded value must not be a view of a buffer that is reused.
    const bytes = Uint8Array.from(data);
    decoded = decodeFirst(bytes, { ...STRICT, tokenizer: new ShallowTokenizer(bytes, STRICT) });
  } catch (error) {
    throw malformedAnswer(error);
  }
  const [value, rest] = decoded;
  if (!isCborValue(value)) throw malformedAnswer();
  return { value, rest };
}

/**
 * Returns the member with this key; undefined if the member is missing.
 *
 * @throws CardwrightError `AUTHENTICATOR_ERROR` when `is` refuses the member
 */
export function optionalMember<T extends CborValue>(
  map: CborMap,
  key: CborKey,
  is: (value: CborValue) => value is T,
): T | undefined {
  const value = map.get(key);
  if (value !== undefined && !is(value)) throw malformedAnswer();
  return value;
}

/** Returns the member with this key. @throws CardwrightError `AUTHENTICATOR_ERROR` when the member is missing, or `is` refuses it */
export function requiredMember<T extends CborValue>(
  map: CborMap,
  key: CborKey,
  is: (value: CborValue) => value is T,
): T {
  const value = optionalMember(map, key, is);
  if (value === undefined) throw malformedAnswer();
  return value;
}

export const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
export const isText = (value: unknown): value is string => typeof value === 'string';
export const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
export const isMap = (value: CborValue): value is CborMap => value instanceof Map;
export const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);
export const isCount = (value: unknown): value is number => isInteger(value) && value >= 0;
export const isArray = (value: CborValue): value is readonly CborValue[] => Array.isArray(value);

const STRICT = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  useMaps: true,
  rejectDuplicateMapKeys: true,
} as const;

/** Refuses values nested deeper than `MAX_DEPTH`, before they are decoded. */
class ShallowTokenizer extends Tokenizer {
  /** Number of values that each open map or array still needs. */
  readonly #open: number[] = [];

  override next(): Token {
    const token = super.next();
    this.#close();
    const size = sizeOf(token);
    if (size > 0) this.#open.push(size);
    if (this.#open.length > MAX_DEPTH) throw new RangeError('nested too deep');
    return token;
  }

  /** Closes the complete maps and arrays, and counts the token as a member of the innermost map or array that is still open. */
  #close(): void {
    while (this.#open.at(-1) === 0) this.#open.pop();
    const waiting = this.#open.pop();
    if (waiting !== undefined) this.#open.push(waiting - 1);
  }
}

/** Returns the number of values that follow a token as its members: 0 if the token begins neither a map nor an array. */
function sizeOf(token: Token): number {
  const value: unknown = token.value;
  if (typeof value !== 'number') return 0;
  if (Type.equals(token.type, Type.array)) return value;
  return Type.equals(token.type, Type.map) ? value * 2 : 0;
}

function isCborValue(value: unknown): value is CborValue {
  if (value === null || isFlag(value) || isText(value) || isBytes(value)) return true;
  if (typeof value === 'number' || typeof value === 'bigint') return true;
  if (Array.isArray(value)) return value.every(isCborValue);
  if (!(value instanceof Map)) return false;
  return [...value].every(([key, member]) => (isText(key) || isInteger(key)) && isCborValue(member));
}
