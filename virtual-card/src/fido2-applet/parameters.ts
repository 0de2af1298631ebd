import { CtapError, CtapStatus } from './ctap-status.js';
import { decodeCbor } from './cbor.js';

type Key = number | string;

/**
 * The parameters of a command, or a map within them. Each getter requires a type. It throws CtapError 11 for another type, 14 for a required field
 * that is missing, and 03 for a byte string of another length.
 */
export class Parameters {
  private constructor(readonly map: ReadonlyMap<unknown, unknown>) {}

  /**
   * Parses the CBOR after a command's byte.
   *
   * @throws CtapError 14 if there are no bytes, 12 if they are not canonical CBOR, 11 if they encode no map
   */
  static parse(bytes: Buffer): Parameters {
    if (bytes.length === 0) throw new CtapError(CtapStatus.missingParameter, 'no parameters');
    return Parameters.of(decodeCbor(bytes));
  }

  static of(value: unknown): Parameters {
    if (value instanceof Map) return new Parameters(value);
    throw unexpected('a map');
  }

  has(key: Key): boolean {
    return this.map.has(key);
  }

  bytes(key: Key, length?: number): Buffer {
    return this.#required(this.optionalBytes(key, length), key);
  }

  optionalBytes(key: Key, length?: number): Buffer | undefined {
    const value = this.map.get(key);
    if (value === undefined) return undefined;
    if (!(value instanceof Uint8Array)) throw unexpected('a byte string');
    if (length !== undefined && value.length !== length) {
      throw new CtapError(CtapStatus.invalidLength, `${key} does not have ${length} bytes`);
    }
    return Buffer.from(value);
  }

  text(key: Key): string {
    return this.#required(this.optionalText(key), key);
  }

  optionalText(key: Key): string | undefined {
    const value = this.map.get(key);
    if (value === undefined || typeof value === 'string') return value;
    throw unexpected('a text');
  }

  /** Returns an unsigned integer. */
  number(key: Key): number {
    return this.#required(this.optionalNumber(key), key);
  }

  optionalNumber(key: Key): number | undefined {
    const value = this.integer(key);
    if (value !== undefined && value < 0) throw unexpected('an unsigned integer');
    return value;
  }

  /** Returns an integer, which may be negative. Returns undefined if the field is missing. */
  integer(key: Key): number | undefined {
    const value = this.map.get(key);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isInteger(value)) return value;
    throw unexpected('an integer');
  }

  boolean(key: Key): boolean | undefined {
    const value = this.map.get(key);
    if (value === undefined || typeof value === 'boolean') return value;
    throw unexpected('true or false');
  }

  within(key: Key): Parameters {
    return this.#required(this.optionalWithin(key), key);
  }

  optionalWithin(key: Key): Parameters | undefined {
    const value = this.map.get(key);
    return value === undefined ? undefined : Parameters.of(value);
  }

  /** Returns an array of maps. */
  list(key: Key): readonly Parameters[] {
    return this.#required(this.optionalList(key), key);
  }

  optionalList(key: Key): readonly Parameters[] | undefined {
    return this.#array(key)?.map((item) => Parameters.of(item));
  }

  /** Returns an array of texts. Returns undefined if the field is missing. */
  optionalTexts(key: Key): readonly string[] | undefined {
    return this.#array(key)?.map((item) => {
      if (typeof item !== 'string') throw unexpected('a text');
      return item;
    });
  }

  #array(key: Key): readonly unknown[] | undefined {
    const value = this.map.get(key);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw unexpected('an array');
    const items: readonly unknown[] = value;
    return items;
  }

  #required<Value>(value: Value | undefined, key: Key): Value {
    if (value === undefined) throw new CtapError(CtapStatus.missingParameter, `${key} is missing`);
    return value;
  }
}

function unexpected(wanted: string): CtapError {
  return new CtapError(CtapStatus.cborUnexpectedType, `${wanted} expected`);
}
