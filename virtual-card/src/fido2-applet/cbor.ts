import { decode, encode, rfc8949EncodeOptions } from 'cborg';
import { CtapError, CtapStatus } from './ctap-status.js';

/** Fields of a CBOR map whose keys are numbers or text. `cborMap` omits fields whose value is undefined. */
export type Fields = Iterable<readonly [number | string, unknown]>;

/** Limit of the levels of nesting (CTAP 2.1, 8: "at most 4 levels"). */
const MAX_DEPTH = 4;

/** Encodes a value as CTAP2 canonical CBOR (CTAP 2.1, 8). */
export function encodeCbor(value: unknown): Buffer {
  return Buffer.from(encode(value, rfc8949EncodeOptions));
}

/** Builds a map without the undefined fields. */
export function cborMap(fields: Fields): Map<number | string, unknown> {
  return new Map([...fields].filter(([, value]) => value !== undefined));
}

/**
 * Decodes CTAP2 canonical CBOR.
 *
 * @throws CtapError 12 (hexadecimal) for data that is not canonical CBOR, or has more than `MAX_DEPTH` levels
 */
export function decodeCbor(bytes: Buffer): unknown {
  const value = decodeAny(bytes);
  if (depthOf(value) > MAX_DEPTH || !encodeCbor(value).equals(bytes)) {
    throw new CtapError(CtapStatus.invalidCbor, 'not canonical CBOR');
  }
  return value;
}

function decodeAny(bytes: Buffer): unknown {
  try {
    const options = { useMaps: true, strict: true, allowIndefinite: false, rejectDuplicateMapKeys: true };
    return decode(bytes, { ...options, allowUndefined: false, allowNaN: false, allowInfinity: false });
  } catch {
    throw new CtapError(CtapStatus.invalidCbor, 'not CBOR');
  }
}

function depthOf(value: unknown): number {
  if (value instanceof Map) return 1 + Math.max(0, ...[...value.values()].map(depthOf));
  if (Array.isArray(value)) return 1 + Math.max(0, ...value.map(depthOf));
  return 0;
}
