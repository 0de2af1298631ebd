import {
  constants,
  createCipheriv,
  createHash,
  createPublicKey,
  publicEncrypt,
  randomBytes,
  sign,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import { tlv } from '@cardwright/cms/authority';

/** DER building blocks of SCEP messages. A misbehaving client overrides a part. */

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OCTET_STRING_IN_PIECES = 0x24;
const PRINTABLE_STRING = 0x13;
const UTC_TIME = 0x17;
const SEQUENCE = 0x30;
const SET = 0x31;
const CONTEXT_0 = 0xa0;
const CONTEXT_0_PRIMITIVE = 0x80;
const NULL = Buffer.from('0500', 'hex');

export const seq = (...content: readonly Uint8Array[]): Uint8Array => tlv(SEQUENCE, ...content);
const set = (...content: readonly Uint8Array[]): Uint8Array => tlv(SET, ...content);
const hex = (digits: string): Uint8Array => Buffer.from(digits, 'hex');
const int = (value: number): Uint8Array => tlv(INTEGER, Buffer.of(value));
export const text = (value: string): Uint8Array => tlv(PRINTABLE_STRING, Buffer.from(value, 'latin1'));
const octets = (value: Uint8Array): Uint8Array => tlv(OCTET_STRING, value);
const bits = (value: Uint8Array): Uint8Array => tlv(BIT_STRING, Buffer.of(0), value);
const utcTime = (time: Date): Uint8Array =>
  tlv(
    UTC_TIME,
    Buffer.from(
      time
        .toISOString()
        .replace(/[-:T]|\.\d{3}/g, '')
        .slice(2),
      'latin1',
    ),
  );
const withNull = (oid: string): Uint8Array => seq(hex(oid), NULL);

/** OIDs in DER. */
export const OID = {
  data: '06092a864886f70d010701',
  signedData: '06092a864886f70d010702',
  envelopedData: '06092a864886f70d010703',
  rsaEncryption: '06092a864886f70d010101',
  contentType: '06092a864886f70d010903',
  messageDigest: '06092a864886f70d010904',
  signingTime: '06092a864886f70d010905',
  challengePassword: '06092a864886f70d010907',
  commonName: '0603550403',
  messageType: '060a6086480186f845010902',
  pkiStatus: '060a6086480186f845010903',
  failInfo: '060a6086480186f845010904',
  senderNonce: '060a6086480186f845010905',
  recipientNonce: '060a6086480186f845010906',
  transactionId: '060a6086480186f845010907',
} as const;

const DIGESTS = {
  md5: { oid: '06082a864886f70d0205', withRsa: '06092a864886f70d010104' },
  sha1: { oid: '06052b0e03021a', withRsa: '06092a864886f70d010105' },
  sha256: { oid: '0609608648016503040201', withRsa: '06092a864886f70d01010b' },
  sha384: { oid: '0609608648016503040202', withRsa: '06092a864886f70d01010c' },
  sha512: { oid: '0609608648016503040203', withRsa: '06092a864886f70d01010d' },
} as const;
export type Digest = keyof typeof DIGESTS;

/** Ciphers. DES is triple DES with the same key three times. */
const CIPHERS = {
  'aes-128-cbc': { oid: '0609608648016503040102', node: 'aes-128-cbc', key: 16, block: 16, times: 1 },
  'aes-192-cbc': { oid: '0609608648016503040116', node: 'aes-192-cbc', key: 24, block: 16, times: 1 },
  'aes-256-cbc': { oid: '060960864801650304012a', node: 'aes-256-cbc', key: 32, block: 16, times: 1 },
  'des-ede3-cbc': { oid: '06082a864886f70d0307', node: 'des-ede3-cbc', key: 24, block: 8, times: 1 },
  'des-cbc': { oid: '06052b0e030207', node: 'des-ede3-cbc', key: 8, block: 8, times: 3 },
} as const;
export type Cipher = keyof typeof CIPHERS;

export const spkiOf = (key: KeyObject): Uint8Array => createPublicKey(key).export({ format: 'der', type: 'spki' });

const nameOf = (commonName: string): Uint8Array => seq(set(seq(hex(OID.commonName), text(commonName))));
const ECDSA_WITH_SHA256 = '06082a8648ce3d040302';
const signatureAlgorithm = (key: KeyObject, digest: Digest): Uint8Array =>
  key.asymmetricKeyType === 'ec' ? seq(hex(ECDSA_WITH_SHA256)) : withNull(DIGESTS[digest].withRsa);

/** Signs a certificate or request of X.509. */
const signed = (content: Uint8Array, key: KeyObject, digest: Digest): Uint8Array =>
  seq(content, signatureAlgorithm(key, digest), bits(sign(digest, content, key)));

const HOUR = 60 * 60 * 1000;
const SUBJECT = 'A phone';

/** The contents and signature of a certificate or request. */
export interface SignedParts {
  readonly digest?: Digest;
  /** DER SubjectPublicKeyInfo; by default of the signing key. */
  readonly publicKey?: Uint8Array;
}

/** Makes a self-signed certificate, or with `publicKey` or `issuer` one that falsely claims to be. DER. */
export function selfSigned(key: KeyObject, parts: SignedParts & { readonly issuer?: string } = {}): Uint8Array {
  const { digest = 'sha256', publicKey = spkiOf(key), issuer = SUBJECT } = parts;
  const validity = seq(utcTime(new Date(Date.now() - HOUR)), utcTime(new Date(Date.now() + HOUR)));
  const version = tlv(CONTEXT_0, int(2));
  const algorithm = signatureAlgorithm(key, digest);
  return signed(seq(version, int(1), algorithm, nameOf(issuer), validity, nameOf(SUBJECT), publicKey), key, digest);
}

/** Makes a PKCS #10 request with any number of challenges. DER. */
export function certificationRequest(
  key: KeyObject,
  parts: SignedParts & { readonly challenges?: readonly string[] } = {},
): Uint8Array {
  const { digest = 'sha256', publicKey = spkiOf(key), challenges = [] } = parts;
  const attributes = challenges.map((challenge) => attribute(OID.challengePassword, text(challenge)));
  return signed(seq(int(0), nameOf(SUBJECT), publicKey, tlv(CONTEXT_0, ...attributes)), key, digest);
}

/** Builds the IssuerAndSerialNumber of a certificate. DER. */
export function issuerAndSerialNumber(certificate: Uint8Array, serialNumber = serialOf(certificate)): Uint8Array {
  return seq(issuerOf(certificate), tlv(INTEGER, serialNumber));
}

const serialOf = (certificate: Uint8Array): Uint8Array => fieldOf(certificate, 1, true);
const issuerOf = (certificate: Uint8Array): Uint8Array => fieldOf(certificate, 3, false);
/** Reads the subject of a certificate, a DER Name. */
export const subjectOf = (certificate: Uint8Array): Uint8Array => fieldOf(certificate, 5, false);

/** Reads a field of a TBSCertificate: its content, or the whole element. */
function fieldOf(certificate: Uint8Array, index: number, contentOnly: boolean): Uint8Array {
  let [start] = elementAt(certificate, elementAt(certificate, 0)[0]);
  for (let skipped = 0; skipped < index; skipped++) start = elementAt(certificate, start)[1];
  const [content, end] = elementAt(certificate, start);
  return certificate.subarray(contentOnly ? content : start, end);
}

/** Returns the start and end of an element's content. */
function elementAt(der: Uint8Array, offset: number): readonly [content: number, end: number] {
  const first = der[offset + 1] ?? 0;
  const digits = first < 0x80 ? 0 : first - 0x80;
  const length = digits === 0 ? first : Buffer.from(der).readUIntBE(offset + 2, digits);
  const content = offset + 2 + digits;
  return [content, content + length];
}

/** An encoding of ASN.1: DER, or an iPhone's BER, which has indefinite lengths and octet strings in pieces. */
interface Encoding {
  readonly element: (tag: number, ...content: readonly Uint8Array[]) => Uint8Array;
  /** @param tag the tags of the primitive and of the constructed form */
  readonly octets: (tag: readonly [number, number], value: Uint8Array) => Uint8Array;
}

const DER: Encoding = { element: tlv, octets: ([tag], value) => tlv(tag, value) };
const BER: Encoding = {
  element: indefinite,
  octets: ([, tag], value) => {
    const half = Math.floor(value.length / 2);
    return indefinite(tag, octets(value.subarray(0, half)), octets(value.subarray(half)));
  },
};

function indefinite(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([Buffer.of(tag, 0x80), ...content, Buffer.of(0, 0)]);
}

/** Makes an envelope for the holder of a certificate. */
export function envelope(
  content: Uint8Array,
  recipient: Uint8Array,
  { cipher = 'aes-128-cbc', isBer = false }: { readonly cipher?: Cipher; readonly isBer?: boolean } = {},
): Uint8Array {
  const { element, octets: octetString } = isBer ? BER : DER;
  const { oid, node, key: keyLength, block, times } = CIPHERS[cipher];
  const key = randomBytes(keyLength);
  const iv = randomBytes(block);
  const encryption = createCipheriv(node, Buffer.concat(Array.from({ length: times }, () => key)), iv);
  const encrypted = Buffer.concat([encryption.update(content), encryption.final()]);
  const { publicKey } = new X509Certificate(recipient);
  const encryptedKey = publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, key);
  const recipientInfo = seq(
    int(0),
    issuerAndSerialNumber(recipient),
    withNull(OID.rsaEncryption),
    octets(encryptedKey),
  );
  const encryptedContent = element(
    SEQUENCE,
    hex(OID.data),
    seq(hex(oid), octets(iv)),
    octetString([CONTEXT_0_PRIMITIVE, CONTEXT_0], encrypted),
  );
  const enveloped = element(SEQUENCE, int(0), set(recipientInfo), encryptedContent);
  return element(SEQUENCE, hex(OID.envelopedData), element(CONTEXT_0, enveloped));
}

export interface MessageParts {
  readonly messageType: string;
  readonly transactionId: string;
  readonly senderNonce?: Uint8Array;
  readonly signingTime?: Date | null;
  readonly digest?: Digest;
  readonly key: KeyObject;
  /** The signer's certificate. */
  readonly certificate: Uint8Array;
  /** The signed content: an envelope. */
  readonly content: Uint8Array;
  /** Further signed attributes, in DER. */
  readonly furtherAttributes?: readonly Uint8Array[];
  /** The number of signatures. */
  readonly signatures?: number;
  /** Set when it is encoded in BER, as an iPhone does. */
  readonly isBer?: boolean;
}

export const attribute = (oid: string, value: Uint8Array): Uint8Array => seq(hex(oid), set(value));

/** Makes a pkiMessage. */
export function pkiMessage(parts: MessageParts): Uint8Array {
  const { senderNonce = randomBytes(16), furtherAttributes = [] } = parts;
  return signedData({
    ...parts,
    furtherAttributes: [
      attribute(OID.messageType, text(parts.messageType)),
      ...(senderNonce.length > 0 ? [attribute(OID.senderNonce, octets(senderNonce))] : []),
      attribute(OID.transactionId, text(parts.transactionId)),
      ...furtherAttributes,
    ],
  });
}

export interface SignedDataParts extends Pick<
  MessageParts,
  'signingTime' | 'digest' | 'key' | 'certificate' | 'content' | 'furtherAttributes' | 'signatures' | 'isBer'
> {
  /** Certificates that are sent besides the signer's, in DER. */
  readonly chain?: readonly Uint8Array[];
}

/** Makes the SignedData of a content, with the signer's certificate (RFC 5652, 5). */
export function signedData(parts: SignedDataParts): Uint8Array {
  const { digest = 'sha256', signingTime = new Date(), furtherAttributes = [], chain = [] } = parts;
  const { key, certificate, content, signatures = 1, isBer = false } = parts;
  const { element, octets: octetString } = isBer ? BER : DER;
  const attributes = Buffer.concat(
    [
      attribute(OID.contentType, hex(OID.data)),
      attribute(OID.messageDigest, octets(createHash(digest).update(content).digest())),
      ...(signingTime ? [attribute(OID.signingTime, utcTime(signingTime))] : []),
      ...furtherAttributes,
    ].sort((one, other) => Buffer.compare(one, other)),
  );
  const signerInfo = seq(
    int(1),
    issuerAndSerialNumber(certificate),
    withNull(DIGESTS[digest].oid),
    element(CONTEXT_0, attributes),
    withNull(DIGESTS[digest].withRsa),
    octets(sign(digest, set(attributes), key)),
  );
  const body = element(
    SEQUENCE,
    int(1),
    set(withNull(DIGESTS[digest].oid)),
    element(SEQUENCE, hex(OID.data), element(CONTEXT_0, octetString([OCTET_STRING, OCTET_STRING_IN_PIECES], content))),
    tlv(CONTEXT_0, certificate, ...chain),
    set(...Array.from({ length: signatures }, () => signerInfo)),
  );
  return element(SEQUENCE, hex(OID.signedData), element(CONTEXT_0, body));
}

/** Reads an attribute of an answer that is a short text; undefined if it is missing. */
export function textAttribute(certRep: Uint8Array, oid: string): string | undefined {
  const value = octetAttribute(certRep, oid);
  return value && Buffer.from(value).toString('latin1');
}

/** Reads an attribute of an answer that is a short text or octet string. */
export function octetAttribute(certRep: Uint8Array, oid: string): Uint8Array | undefined {
  const at = Buffer.from(certRep).indexOf(hex(oid));
  if (at < 0) return undefined;
  const [valueAt] = elementAt(certRep, at + oid.length / 2);
  return certRep.subarray(...elementAt(certRep, valueAt));
}
