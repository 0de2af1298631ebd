import { createHash, type KeyObject, type X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import * as asn1 from '@peculiar/asn1-x509';
import { BoundedCache } from '../keys/bounded-cache.js';
import { readForeignCertificate } from '../keys/foreign-certificate.js';

/** Maximum length of a certificate in bytes. Certificates of cards and their vendors have about 1 KB. */
const MAX_LENGTH = 8192;
const SEQUENCE = 0x30;

/** Accepted signature algorithms by OID (RFC 4055, RFC 5758), and the type of key that each needs. SHA-1 and MD5 are not accepted. */
const SIGNATURE_KEYS: ReadonlyMap<string, 'rsa' | 'ec'> = new Map([
  ['1.2.840.113549.1.1.11', 'rsa'],
  ['1.2.840.113549.1.1.12', 'rsa'],
  ['1.2.840.113549.1.1.13', 'rsa'],
  ['1.2.840.10045.4.3.2', 'ec'],
  ['1.2.840.10045.4.3.3', 'ec'],
  ['1.2.840.10045.4.3.4', 'ec'],
]);
/** Maximum number of issuers for which a certificate caches whether they signed it. A policy has at most 32 certificates of vendors. */
const MOST_SIGNERS = 32;
/** Minimum length of an RSA key that signs certificates, in bits. */
const MIN_MODULUS = 2048;
const CURVES: ReadonlySet<string | undefined> = new Set(['prime256v1', 'secp384r1', 'secp521r1']);
const UNDERSTOOD: ReadonlySet<string> = new Set([asn1.id_ce_basicConstraints, asn1.id_ce_keyUsage]);
/**
 * Extensions that restrict what an authority may sign, but are not checked here. A certificate with such an extension does not count as
 * understood, even if the extension is not critical.
 */
const RESTRICTIONS: ReadonlySet<string> = new Set([asn1.id_ce_nameConstraints]);

/**
 * Basic constraints of a certificate. `pathLength` is the maximum number of intermediate authorities below it (RFC 5280, 4.2.1.9); null: no
 * limit.
 */
export interface BasicConstraints {
  readonly isAuthority: boolean;
  readonly pathLength: number | null;
}

/**
 * A certificate of an attestation chain, decoded once into the parts that are checked.
 *
 * @example
 * const certificate = ParsedCertificate.parse(der);
 * console.log(certificate?.subjectText, certificate?.fingerprint);
 */
export class ParsedCertificate {
  readonly der: Buffer;
  /** SHA-256 of the DER certificate, lower case hexadecimal. */
  readonly fingerprint: string;
  /** DER SubjectPublicKeyInfo as OpenSSL encodes it, whatever the certificate's own encoding. */
  readonly publicKey: Buffer;
  /** SHA-256 of `publicKey`, lower case hexadecimal. Identities of devices name their vendor by this hash (`DeviceIdentity.key`). */
  readonly keyFingerprint: string;
  /** The DER subject name in hexadecimal, for comparison with `issuer`. */
  readonly subject: string;
  readonly issuer: string;
  /** The basic constraints (RFC 5280, 4.2.1.9); null if the certificate has no such extension. */
  readonly basicConstraints: BasicConstraints | null;
  /** False only if a key usage extension lacks keyCertSign (RFC 5280, 4.2.1.3). */
  readonly maySignCertificates: boolean;
  /** OIDs of the extensions that are critical, or restrict an authority, and are not checked here (`UNDERSTOOD`). */
  readonly unchecked: readonly string[];
  readonly #node: X509Certificate;
  readonly #key: KeyObject;
  readonly #extensions: ReadonlyMap<string, Buffer>;
  readonly #validity: asn1.Validity;
  readonly #signatureAlgorithm: string;
  /** Results of `isSignedBy`, by the issuer's fingerprint. They are cached because they never change. */
  readonly #signers = new Map<string, boolean>();

  private constructor(bytes: Uint8Array) {
    this.der = Buffer.from(bytes);
    this.#node = readForeignCertificate(this.der);
    const { tbsCertificate, signatureAlgorithm } = AsnConvert.parse(this.der, asn1.Certificate);
    const extensions = Array.from(tbsCertificate.extensions ?? []);
    if (extensions.length > 0 && tbsCertificate.version !== asn1.Version.v3)
      throw new Error('only version 3 has extensions (RFC 5280, 4.1.2.1)');
    this.#extensions = new Map(extensions.map(({ extnID, extnValue }) => [extnID, Buffer.from(extnValue.buffer)]));
    if (this.#extensions.size !== extensions.length) throw new Error('an extension is there twice (RFC 5280, 4.2)');
    this.#key = this.#node.publicKey;
    this.#validity = tbsCertificate.validity;
    this.#signatureAlgorithm = signatureAlgorithm.algorithm;
    this.fingerprint = sha256(this.der);
    this.publicKey = this.#key.export({ type: 'spki', format: 'der' });
    this.keyFingerprint = sha256(this.publicKey);
    this.subject = Buffer.from(AsnConvert.serialize(tbsCertificate.subject)).toString('hex');
    this.issuer = Buffer.from(AsnConvert.serialize(tbsCertificate.issuer)).toString('hex');
    this.basicConstraints = readConstraints(this.extension(asn1.id_ce_basicConstraints));
    this.maySignCertificates = readKeyUsage(this.extension(asn1.id_ce_keyUsage));
    this.unchecked = extensions
      .filter(({ critical, extnID }) => !UNDERSTOOD.has(extnID) && (critical || RESTRICTIONS.has(extnID)))
      .map(({ extnID }) => extnID);
  }

  /** Parses a certificate. Returns undefined if the bytes are not exactly one DER certificate of at most 8 KB. */
  static parse(bytes: Uint8Array): ParsedCertificate | undefined {
    if (bytes[0] !== SEQUENCE || bytes.length > MAX_LENGTH) return undefined;
    try {
      return new ParsedCertificate(bytes);
    } catch {
      // OpenSSL and the ASN.1 parser throw errors of many kinds. All mean that the certificate cannot be read.
      return undefined;
    }
  }

  /** The subject as text, one attribute a line, for example `CN=YubiKey PIV Attestation 9a`. */
  get subjectText(): string {
    return this.#node.subject;
  }

  get notAfter(): Date {
    return this.#validity.notAfter.getTime();
  }

  /** Returns the content of an extension; null if the certificate has no extension with this OID. */
  extension(oid: string): Buffer | null {
    return this.#extensions.get(oid) ?? null;
  }

  isValidAt(now: Date): boolean {
    return this.#validity.notBefore.getTime() <= now && now <= this.notAfter;
  }

  /**
   * True if the certificate names `issuer` as its issuer and is signed with the issuer's key, and if both that key and the signature algorithm
   * are accepted.
   */
  isSignedBy(issuer: ParsedCertificate): boolean {
    const known = this.#signers.get(issuer.fingerprint);
    if (known !== undefined) return known;
    const isSigned = this.#verify(issuer);
    if (this.#signers.size < MOST_SIGNERS) this.#signers.set(issuer.fingerprint, isSigned);
    return isSigned;
  }

  #verify(issuer: ParsedCertificate): boolean {
    return (
      this.issuer === issuer.subject &&
      SIGNATURE_KEYS.get(this.#signatureAlgorithm) === issuer.#key.asymmetricKeyType &&
      isStrong(issuer.#key) &&
      this.#node.verify(issuer.#key)
    );
  }

  /** True if every extension that is critical, or restricts an authority, is checked here. */
  get isUnderstood(): boolean {
    return this.unchecked.length === 0;
  }

  get isAuthority(): boolean {
    return this.basicConstraints?.isAuthority === true && this.maySignCertificates && this.isUnderstood;
  }
}

/** Number of parsed certificates to cache. A card sends the certificate of its attestation key with each attested key. */
const KEPT = 128;
const parsed = new BoundedCache<{ readonly certificate: ParsedCertificate | undefined }>(KEPT);

/** Parses like `ParsedCertificate.parse`, with a cache, for certificates that are parsed repeatedly. */
export const parseAgain = (bytes: Uint8Array): ParsedCertificate | undefined =>
  parsed.get(Buffer.from(bytes.subarray(0, MAX_LENGTH + 1)).toString('base64'), () => ({
    certificate: ParsedCertificate.parse(bytes),
  })).certificate;

function isStrong({ asymmetricKeyDetails: details }: KeyObject): boolean {
  return details?.modulusLength === undefined ? CURVES.has(details?.namedCurve) : details.modulusLength >= MIN_MODULUS;
}

function readConstraints(content: Buffer | null): BasicConstraints | null {
  if (content === null) return null;
  const { cA: isAuthority, pathLenConstraint } = AsnConvert.parse(content, asn1.BasicConstraints);
  return { isAuthority, pathLength: pathLenConstraint ?? null };
}

const readKeyUsage = (content: Buffer | null): boolean =>
  content === null || AsnConvert.parse(content, asn1.KeyUsage).toJSON().includes('keyCertSign');

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
