import { readPropertyList } from './read-property-list.js';
import { UnreadableAnswer } from './unreadable-answer.js';

/** Maximum length of a value, in characters. */
const LONGEST_ATTRIBUTE = 256;

/** The attributes of a phone, each with Apple's name for it and the alphabet of its values. */
const ATTRIBUTES = {
  /**
   * Unique device identifier of a phone: 40 hexadecimal digits, or 8 and 16 such digits with a hyphen between. The number of digits is not checked.
   */
  udid: { key: 'UDID', alphabet: /^[\dA-Za-z-]+$/ },
  serial: { key: 'SERIAL', alphabet: /^[\dA-Za-z]+$/ },
  /** Apple's identifier of the model, such as `iPhone17,3`. */
  product: { key: 'PRODUCT', alphabet: /^[\dA-Za-z,]+$/ },
  /** A build such as `22A3354`, or a version such as `18.1`. */
  version: { key: 'VERSION', alphabet: /^[\dA-Za-z.]+$/ },
  challenge: { key: 'CHALLENGE', alphabet: /^[\x20-\x7e]+$/ },
} as const;

/** A phone's statements about itself, and the challenge that it repeats; null for a missing attribute. */
export type PhoneAttributes = Readonly<Record<keyof typeof ATTRIBUTES, string | null>>;

/**
 * Reads the attributes from a phone's property list. Ignores everything that was not requested.
 *
 * @throws UnreadableAnswer if the content is no property list, or if a value is no text, is too long or has a character outside its alphabet
 */
export function readAttributes(content: Uint8Array): PhoneAttributes {
  const list = readPropertyList(content);
  const read = (name: keyof typeof ATTRIBUTES): string | null => {
    const { key, alphabet } = ATTRIBUTES[name];
    const value = list.get(key);
    if (value === undefined) return null;
    if (typeof value !== 'string' || value.length > LONGEST_ATTRIBUTE || !alphabet.test(value)) {
      throw new UnreadableAnswer(`The attribute ${key} is not what a phone sends.`);
    }
    return value;
  };
  return {
    udid: read('udid'),
    serial: read('serial'),
    product: read('product'),
    version: read('version'),
    challenge: read('challenge'),
  };
}
