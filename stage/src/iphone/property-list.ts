import { build, parse, type PlistValue } from 'plist';
import { PhoneFailure } from './phone-failure.js';

export type Dictionary = Readonly<Record<string, PlistValue>>;

/**
 * Reads the dictionary in a property list.
 *
 * @throws PhoneFailure `Invalid Profile` for any other content
 */
export function readPropertyList(xml: Uint8Array): Dictionary {
  let value: PlistValue;
  try {
    value = parse(Buffer.from(xml).toString('utf8'));
  } catch (cause) {
    throw new PhoneFailure('Invalid Profile', 'It is not a property list.', { cause });
  }
  if (!isDictionary(value)) throw new PhoneFailure('Invalid Profile', 'It is not a dictionary.');
  return value;
}

export const writePropertyList = (dictionary: Record<string, string>): string => build(dictionary);

export const isDictionary = (value: PlistValue | undefined): value is Record<string, PlistValue> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Date) &&
  !(value instanceof Uint8Array);

/**
 * Reads required and optional members of a dictionary by their type. Each method but `refusal` throws PhoneFailure `Invalid Profile` for a member of
 * another type, and for a required member that is missing.
 */
export class Keys {
  constructor(
    private readonly dictionary: Dictionary,
    private readonly where: string,
  ) {}

  text(key: string): string {
    return this.#required(key, this.optionalText(key));
  }

  optionalText(key: string): string | null {
    return this.#optional(key, (value) => (typeof value === 'string' ? value : undefined));
  }

  integer(key: string): number {
    return this.#required(key, this.optionalInteger(key));
  }

  optionalInteger(key: string): number | null {
    return this.#optional(key, (value) =>
      typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined,
    );
  }

  data(key: string): Uint8Array {
    return this.#required(key, this.optionalData(key));
  }

  optionalData(key: string): Uint8Array | null {
    return this.#optional(key, (value) => (value instanceof Uint8Array ? value : undefined));
  }

  list(key: string): PlistValue[] {
    return this.#required(key, this.optionalList(key));
  }

  optionalList(key: string): PlistValue[] | null {
    return this.#optional(key, (value) => (Array.isArray(value) ? value : undefined));
  }

  inner(key: string): Keys {
    return this.#required(key, this.optionalInner(key));
  }

  optionalInner(key: string): Keys | null {
    return this.#optional(key, (value) => (isDictionary(value) ? new Keys(value, `${this.where}, ${key}`) : undefined));
  }

  /** Returns the texts of a member that is a text or a list of texts, as in `SubjectAltName`. Returns an empty list if the member is missing. */
  texts(key: string): string[] {
    const texts = this.#optional(key, (value) => {
      const all = Array.isArray(value) ? value : [value];
      const found = all.filter((one) => typeof one === 'string');
      return found.length === all.length ? found : undefined;
    });
    return texts ?? [];
  }

  address(key: string): URL {
    const text = this.text(key);
    if (!URL.canParse(text)) throw this.refusal(`${key} is no address`);
    return new URL(text);
  }

  refusal(what: string): PhoneFailure {
    return new PhoneFailure('Invalid Profile', `${this.where}: ${what}.`);
  }

  #optional<T>(key: string, read: (value: PlistValue) => T | undefined): T | null {
    const value = this.dictionary[key];
    if (value === undefined) return null;
    const found = read(value);
    if (found === undefined) throw this.refusal(`${key} has a wrong type`);
    return found;
  }

  #required<T>(key: string, value: T | null): T {
    if (value === null) throw this.refusal(`${key} is missing`);
    return value;
  }
}
