import { toHex } from './tlv.js';

/**
 * Names of data objects, as their standards call them. The meaning of a tag depends on the objects around it. For example, 80 is a
 * witness in a dynamic authentication template, and an algorithm in a control template.
 */
const NAMES: Readonly<Record<string, string>> = {
  // SP 800-73-4 Part 1, 3.1 and table 3
  '5C': 'Tag list',
  '53': 'Data',
  '53/70': 'Certificate',
  '53/71': 'CertInfo',
  '53/72': 'MSCUID',
  '53/FE': 'Error detection code',
  '53/30': 'FASC-N',
  '53/34': 'GUID',
  '53/35': 'Expiration date',
  '53/36': 'Cardholder UUID',
  '53/3E': 'Issuer asymmetric signature',
  '53/EE': 'Buffer length',
  '53/F0': 'Card identifier',
  '53/F1': 'Capability container version',
  '53/F2': 'Capability grammar version',
  '53/F3': 'Applications CardURL',
  '53/F4': 'PKCS #15',
  '53/F5': 'Registered data model number',
  '53/F6': 'Access control rule table',
  '53/F7': 'Card APDUs',
  '53/FA': 'Redirection tag',
  '53/FB': 'Capability tuples',
  '53/FC': 'Status tuples',
  '53/FD': 'Next CCC',
  '53/BA': 'Mapping of data groups',
  '53/BB': 'Security object',
  '7E': 'Discovery object',
  '7E/4F': 'Application identifier',
  '7E/5F2F': 'PIN usage policy',
  // SP 800-73-4 Part 2, table 3
  '61': 'Application property template',
  '61/4F': 'Application identifier',
  '61/50': 'Application label',
  '61/5F50': 'Uniform resource locator',
  '61/79': 'Coexistent tag allocation authority',
  '61/79/4F': 'Application identifier',
  '61/AC': 'Cryptographic algorithms',
  '61/AC/80': 'Algorithm',
  '61/AC/06': 'Object identifier',
  // SP 800-73-4 Part 2, tables 7, 11 and 12
  '7C': 'Dynamic authentication template',
  '7C/80': 'Witness',
  '7C/81': 'Challenge',
  '7C/82': 'Response',
  '7C/85': 'Exponentiation',
  AC: 'Control reference template',
  'AC/80': 'Algorithm',
  'AC/81': 'Parameter',
  'AC/AA': 'PIN policy (Yubico)',
  'AC/AB': 'Touch policy (Yubico)',
  '7F49': 'Public key',
  '7F49/81': 'Modulus',
  '7F49/82': 'Public exponent',
  '7F49/86': 'Point',
};

const ALGORITHMS: Readonly<Record<number, string>> = {
  0x03: '3DES',
  0x05: 'RSA-3072',
  0x07: 'RSA-2048',
  0x08: 'AES-128',
  0x0a: 'AES-192',
  0x0c: 'AES-256',
  0x11: 'P-256',
  0x14: 'P-384',
};
const PIN_POLICIES: Readonly<Record<number, string>> = { 1: 'never', 2: 'once', 3: 'always' };
const TOUCH_POLICIES: Readonly<Record<number, string>> = { 1: 'never', 2: 'always', 3: 'cached' };

/** Names of objects by their tag in a tag list (SP 800-73-4 Part 1, table 3). Tags that begin with 5FFF are Yubico's. */
const OBJECTS: Readonly<Record<string, string>> = {
  '5fc102': 'CHUID',
  '5fc105': 'certificate of 9A',
  '5fc10a': 'certificate of 9C',
  '5fc10b': 'certificate of 9D',
  '5fc101': 'certificate of 9E',
  '5fc106': 'security object',
  '5fc107': 'CCC',
  '5fc109': 'printed information',
  '5fc10c': 'key history object',
  '7e': 'discovery object',
  '5fff00': 'admin data (Yubico)',
  '5fff01': 'certificate of F9 (Yubico)',
};

const digits = (tag: number): string => tag.toString(16).toUpperCase().padStart(2, '0');

/** Returns the name of a tag; empty if the tag is unknown. `path` contains the tags of the surrounding objects, the outermost first. */
export const tagName = (tag: number, path: readonly number[]): string =>
  lookUp(NAMES, [...path, tag].map(digits).join('/')) ?? '';

/** Returns the meaning of a value in words; empty if the value has no known meaning beyond its bytes. */
export function valueWords(tag: number, path: readonly number[], value: Uint8Array): string {
  const [first = 0] = value;
  switch ([...path, tag].map(digits).join('/')) {
    case '5C':
      return lookUp(OBJECTS, toHex(value)) ?? '';
    case 'AC/80':
    case '61/AC/80':
      return ALGORITHMS[first] ?? '';
    case 'AC/AA':
      return PIN_POLICIES[first] ?? '';
    case 'AC/AB':
      return TOUCH_POLICIES[first] ?? '';
    case '53/71':
      return first === 0 ? 'uncompressed' : 'compressed';
    case '53/35':
    case '61/50':
    case '61/5F50':
      return printable(value);
    case '53/34':
      return value.length === 16 ? toHex(value).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') : '';
    default:
      return '';
  }
}

const lookUp = (table: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

const printable = (value: Uint8Array): string =>
  value.every((byte) => byte >= 0x20 && byte < 0x7f) ? String.fromCharCode(...value) : '';
