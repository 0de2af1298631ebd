import { readTlvs, toHex, type Tlv } from './tlv.js';

/** Facts of a certificate (RFC 5280), in words. */
export interface CertificateWords {
  readonly subject: string;
  readonly issuer: string;
  /** Serial number in hexadecimal digits. */
  readonly serial: string;
  /** Beginning of the validity in UTC, such as `2026-01-31 09:00:00`. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly key: string;
  readonly signature: string;
  /** Subject alternative names, each with its kind. */
  readonly names: readonly string[];
}

const SEQUENCE = 0x30;
const OID = 0x06;
const VERSION = 0xa0;
const EXTENSIONS = 0xa3;
const GENERALIZED_TIME = 0x18;

const ATTRIBUTES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.42': 'GN',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'E',
};
const ALGORITHMS: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.1': 'RSA',
  '1.2.840.113549.1.1.10': 'RSASSA-PSS',
  '1.2.840.113549.1.1.11': 'RSA with SHA-256',
  '1.2.840.113549.1.1.12': 'RSA with SHA-384',
  '1.2.840.113549.1.1.13': 'RSA with SHA-512',
  '1.2.840.10045.4.3.2': 'ECDSA with SHA-256',
  '1.2.840.10045.4.3.3': 'ECDSA with SHA-384',
  '1.2.840.10045.4.3.4': 'ECDSA with SHA-512',
  '1.2.840.10045.3.1.7': 'P-256',
  '1.3.132.0.34': 'P-384',
  '1.3.132.0.35': 'P-521',
  '1.3.101.112': 'Ed25519',
};
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
const USER_PRINCIPAL_NAME = '1.3.6.1.4.1.311.20.2.3';

/** Reads a DER certificate. Returns null if the bytes are not a certificate. Verifies nothing. */
export function certificateWords(der: Uint8Array): CertificateWords | null {
  try {
    const [certificate] = parts(der);
    const [tbs] = certificate?.tag === SEQUENCE ? parts(certificate.value) : [];
    if (tbs?.tag !== SEQUENCE) return null;
    const fields = parts(tbs.value);
    if (fields[0]?.tag === VERSION) fields.shift();
    const [serial, signature, issuer, validity, subject, publicKey, ...rest] = fields;
    const [notBefore, notAfter] = parts(content(validity));
    const extensions = rest.find(({ tag }) => tag === EXTENSIONS);
    return {
      subject: nameWords(content(subject)),
      issuer: nameWords(content(issuer)),
      serial: toHex(content(serial)),
      notBefore: timeWords(notBefore),
      notAfter: timeWords(notAfter),
      key: keyWords(content(publicKey)),
      signature: algorithmWords(content(signature)),
      names: extensions === undefined ? [] : alternativeNames(extensions.value),
    };
  } catch (error) {
    if (error instanceof NotDer) return null;
    throw error;
  }
}

class NotDer extends Error {
  override readonly name = 'NotDer';
}

function parts(der: Uint8Array): Tlv[] {
  const found = readTlvs(der);
  if (found === null) throw new NotDer();
  return found;
}

function content(tlv: Tlv | undefined): Uint8Array {
  if (tlv === undefined) throw new NotDer();
  return tlv.value;
}

/**
 * Returns a distinguished name in the order of RFC 4514, 2.1, the last part first. Special characters in values are not escaped, and
 * parts of a multi-valued RDN are not joined by `+`, because the text is only for people.
 */
const nameWords = (name: Uint8Array): string =>
  parts(name)
    .flatMap((set) => parts(set.value))
    .map((attribute) => {
      const [type, value] = parts(attribute.value);
      const oid = oidWords(content(type));
      return `${ATTRIBUTES[oid] ?? oid}=${text(content(value))}`;
    })
    .reverse()
    .join(', ');

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/**
 * Returns a time in UTC, such as `2026-01-31 09:00:00`. A UTCTime has only two digits for the year; 50 to 99 mean 1950 to 1999 (RFC
 * 5280, 4.1.2.5.1).
 */
function timeWords(time: Tlv | undefined): string {
  const digits = text(content(time));
  const [, year = '', rest = ''] = /^(\d{4}|\d{2})(\d{10})Z$/.exec(digits) ?? [];
  if (rest === '') throw new NotDer();
  const century = time?.tag === GENERALIZED_TIME ? '' : Number(year) >= 50 ? '19' : '20';
  return `${century}${year}-${rest.replace(/^(..)(..)(..)(..)(..)$/, '$1-$2 $3:$4:$5')}`;
}

function keyWords(publicKey: Uint8Array): string {
  const [algorithm, bits] = parts(publicKey);
  const [type, parameters] = parts(content(algorithm));
  const name = oidWords(content(type));
  // For a key on an elliptic curve, the name of the curve is returned.
  if (parameters?.tag === OID) return lookUp(oidWords(parameters.value));
  if (ALGORITHMS[name] !== 'RSA') return lookUp(name);
  const [key] = parts(content(bits).subarray(1));
  const [modulus] = parts(content(key));
  const digits = toHex(content(modulus)).replace(/^(00)+/, '');
  return `RSA, ${(digits.length / 2) * 8} bits`;
}

const algorithmWords = (algorithm: Uint8Array): string => lookUp(oidWords(content(parts(algorithm)[0])));

const lookUp = (oid: string): string => ALGORITHMS[oid] ?? oid;

function alternativeNames(extensions: Uint8Array): string[] {
  for (const extension of parts(content(parts(extensions)[0]))) {
    const fields = parts(extension.value);
    if (oidWords(content(fields[0])) !== SUBJECT_ALTERNATIVE_NAME) continue;
    return parts(content(parts(content(fields.at(-1)))[0])).map(alternativeName);
  }
  return [];
}

/**
 * Returns a GeneralName in words, after the name of its kind (RFC 5280, 4.2.1.6). For a kind that is not listed here, returns only the
 * value, in hexadecimal digits.
 */
function alternativeName({ tag, value }: Tlv): string {
  switch (tag) {
    case 0xa0: {
      const [type, held] = parts(value);
      const oid = oidWords(content(type));
      const words = text(content(parts(content(held))[0]));
      return `${oid === USER_PRINCIPAL_NAME ? 'UPN' : oid}: ${words}`;
    }
    case 0x81:
      return `email: ${text(value)}`;
    case 0x82:
      return `DNS: ${text(value)}`;
    case 0xa4:
      return `directory: ${nameWords(content(parts(value)[0]))}`;
    case 0x86:
      return `URI: ${text(value)}`;
    case 0x87:
      return `IP: ${value.length === 4 ? value.join('.') : toHex(value)}`;
    default:
      return toHex(value);
  }
}

/** Returns an OID as dotted numbers (X.690, 8.19). */
function oidWords(bytes: Uint8Array): string {
  const numbers: number[] = [];
  let number = 0;
  for (const byte of bytes) {
    number = number * 128 + (byte & 0x7f);
    if ((byte & 0x80) !== 0) continue;
    numbers.push(number);
    number = 0;
  }
  const [first = 0, ...rest] = numbers;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...rest].join('.');
}
