import { createHash, type KeyObject, type X509Certificate } from 'node:crypto';
import { readForeignCertificate } from '@cardwright/cms/keys';
import * as asn1js from 'asn1js';
import { Certificate, ContentInfo, IssuerAndSerialNumber, SignedData, type SignerInfo } from 'pkijs';
import { RSA_ENCRYPTION, SIGNATURE_DIGESTS } from './algorithms.js';
import { encoded, octetsOf, readBer } from './ber.js';
import { demandStrongKey, isSignedBy } from './keys.js';
import { ATTRIBUTE, CONTENT_TYPE } from './message-attributes.js';
import { reading, Refusal, UnreadableMessage } from './refusal.js';

/** A client's message as received, before any verification. */
export interface SignedMessage {
  readonly transactionId: string;
  readonly attributes: MessageAttributes;
  readonly data: SignedData;
}

/** A message with a valid signature. */
export interface VerifiedMessage {
  /** The signed content, which should be an envelope in BER. */
  readonly content: Uint8Array;
  readonly signer: Signer;
}

/** The signer of a message, with the certificate from the message. Nothing has proved that the certificate is genuine. */
export interface Signer {
  readonly certificate: Certificate;
  readonly x509: X509Certificate;
  readonly publicKey: KeyObject;
}

/** The signed attributes of a signer. An attribute that occurs twice, or has no value or several, counts as missing (RFC 8894, 3.2.1). */
export class MessageAttributes {
  readonly #values = new Map<string, unknown>();

  constructor(signerInfo: SignerInfo | undefined) {
    const seen = new Set<string>();
    for (const { type, values } of signerInfo?.signedAttrs?.attributes ?? []) {
      if (seen.has(type) || values.length !== 1) this.#values.delete(type);
      else this.#values.set(type, values[0]);
      seen.add(type);
    }
  }

  text(type: string): string | undefined {
    const value = this.#values.get(type);
    return value instanceof asn1js.PrintableString ? value.getValue() : undefined;
  }

  octets(type: string): Uint8Array | undefined {
    const value = this.#values.get(type);
    return value instanceof asn1js.OctetString ? octetsOf(value) : undefined;
  }

  /** Returns the value of a UTCTime or GeneralizedTime. Returns undefined if the attribute is missing or of another type. */
  time(type: string): Date | undefined {
    const value = this.#values.get(type);
    // In asn1js, GeneralizedTime extends UTCTime.
    return value instanceof asn1js.UTCTime ? value.toDate() : undefined;
  }

  oid(type: string): string | undefined {
    const value = this.#values.get(type);
    return value instanceof asn1js.ObjectIdentifier ? value.valueBlock.toString() : undefined;
  }
}

/**
 * Form of a transaction identifier: 1 to 128 characters of a PrintableString (X.680, 41.4) or underscores. Clients send the
 * hexadecimal or base64 of a hash.
 */
const TRANSACTION_ID = /^[\w '()+,\-./:=?]{1,128}$/;

/**
 * Reads the outer layer of a pkiMessage (RFC 8894, 3.2).
 *
 * @throws UnreadableMessage if the body is not a pkiMessage, or names no transaction
 */
export function readSignedMessage(body: Uint8Array): SignedMessage {
  const unreadable = () => new UnreadableMessage('This is not a SCEP message.');
  const data = reading(() => {
    const info = new ContentInfo({ schema: readBer(body) });
    if (info.contentType !== CONTENT_TYPE.signedData) throw unreadable();
    return new SignedData({ schema: info.content });
  }, unreadable);
  const attributes = reading(() => new MessageAttributes(data.signerInfos[0]), unreadable);
  const transactionId = attributes.text(ATTRIBUTE.transactionId);
  if (transactionId === undefined || !TRANSACTION_ID.test(transactionId)) throw unreadable();
  return { transactionId, attributes, data };
}

/**
 * Verifies the signature of a message with the certificate in the message. The caller checks the signer's rights.
 *
 * @param digests accepted digests, by OID
 * @throws Refusal `badAlg` if the digest, the signature algorithm or the signer's key is not accepted; `badMessageCheck` for any other reason
 */
export function verifyMessage(
  { data, attributes }: SignedMessage,
  digests: ReadonlyMap<string, string>,
): VerifiedMessage {
  const bad = () => new Refusal('badMessageCheck', 'The signature is not good.');
  const [signerInfo, ...others] = data.signerInfos;
  if (!signerInfo || others.length > 0) throw bad();
  const digest = digests.get(signerInfo.digestAlgorithm.algorithmId);
  if (digest === undefined || !isRsaWith(digest, signerInfo))
    throw new Refusal('badAlg', 'The digest is not accepted.');
  return reading(() => {
    const signer = findSigner(data, signerInfo);
    demandStrongKey(signer.publicKey);
    const content = octetsOf(data.encapContentInfo.eContent);
    const isIntact =
      attributes.oid(ATTRIBUTE.contentType) === CONTENT_TYPE.data &&
      data.encapContentInfo.eContentType === CONTENT_TYPE.data &&
      createHash(digest)
        .update(content)
        .digest()
        .equals(attributes.octets(ATTRIBUTE.messageDigest) ?? new Uint8Array()) &&
      isSignedBy(signer.publicKey, digest, signedBytes(signerInfo), octetsOf(signerInfo.signature));
    if (!isIntact) throw bad();
    return { content, signer };
  }, bad);
}

/** True if the signature is RSA with the digest. Clients name either `rsaEncryption` or an algorithm that includes the digest. */
function isRsaWith(digest: string, { signatureAlgorithm: { algorithmId } }: SignerInfo): boolean {
  return algorithmId === RSA_ENCRYPTION || SIGNATURE_DIGESTS.get(algorithmId) === digest;
}

function findSigner({ certificates = [] }: SignedData, { sid }: SignerInfo): Signer {
  if (!(sid instanceof IssuerAndSerialNumber)) throw new Error('The signer is named in another way.');
  const certificate = certificates.find(
    (one): one is Certificate =>
      one instanceof Certificate && one.issuer.isEqual(sid.issuer) && one.serialNumber.isEqual(sid.serialNumber),
  );
  if (!certificate) throw new Error("The signer's certificate is missing.");
  const x509 = readForeignCertificate(encoded(certificate));
  return { certificate, x509, publicKey: x509.publicKey };
}

const SET = 0x31;
const INDEFINITE_LENGTH = 0x80;

/** Returns the signed bytes: the attributes as a SET in DER (RFC 5652, 5.4). */
function signedBytes({ signedAttrs }: SignerInfo): Uint8Array {
  if (!signedAttrs) throw new Error('There are no signed attributes.');
  // pkijs keeps the received bytes, with the tag of a SET. An indefinite length is not DER, so such attributes are encoded again.
  const asSent = new Uint8Array(signedAttrs.encodedValue);
  if (asSent[0] === SET && asSent[1] !== INDEFINITE_LENGTH) return asSent;
  return new Uint8Array(new asn1js.Set({ value: signedAttrs.attributes.map((one) => one.toSchema()) }).toBER());
}
