import { createHash, timingSafeEqual, verify } from 'node:crypto';
import { promisify } from 'node:util';
import { ObjectIdentifier, OctetString } from 'asn1js';
import { Certificate, ContentInfo, IssuerAndSerialNumber, SignedData, type Attribute, type SignerInfo } from 'pkijs';
import { CONTENT_TYPE, DATA, MESSAGE_DIGEST, SIGNED_DATA } from './cms-identifiers.js';
import { toSentCertificate, type SentCertificate } from './sent-certificate.js';
import { hashOf, schemeOf, type Hash } from './signature-algorithms.js';
import { UnreadableAnswer } from './unreadable-answer.js';

const verifyAsync = promisify(verify);

/** Maximum number of certificates. An iPhone sends its own certificate and the certificates of at most three authorities. */
const MOST_CERTIFICATES = 10;

/** A message with a valid signature. The signer's identity has not been checked. */
export interface SignedMessage {
  readonly content: Uint8Array;
  readonly signer: SentCertificate;
  /** All X.509 certificates in the message, in no particular order. */
  readonly certificates: readonly SentCertificate[];
  /** Hash function of the signature over the content. */
  readonly hash: Hash;
}

/**
 * Reads a CMS SignedData (RFC 5652, 5) with attached content and one signer, and verifies the signature over the content.
 *
 * @throws UnreadableAnswer if the message has another form, or its signature is wrong
 */
export async function readSignedMessage(der: Uint8Array): Promise<SignedMessage> {
  const { signedData, certificates } = parse(der);
  const [signerInfo, ...more] = signedData.signerInfos;
  if (!signerInfo) throw new UnreadableAnswer('The message is not signed.');
  if (more.length > 0) throw new UnreadableAnswer('The message has more than one signer.');
  const content = contentOf(signedData);
  const signer = signerCertificate(signerInfo, certificates);
  const hash = hashOf(signerInfo.digestAlgorithm.algorithmId);
  if (!hash) throw new UnreadableAnswer('The message is signed with an unknown hash function.');
  await verifySignature(signerInfo, signer, hash, signedBytes(signerInfo, content, hash));
  return { content, signer, certificates, hash };
}

function parse(der: Uint8Array): { signedData: SignedData; certificates: SentCertificate[] } {
  try {
    const contentInfo = ContentInfo.fromBER(new Uint8Array(der));
    if (contentInfo.contentType !== SIGNED_DATA) throw new UnreadableAnswer('The message is not signed.');
    const signedData = new SignedData({ schema: contentInfo.content });
    const certificates = (signedData.certificates ?? []).filter((item) => item instanceof Certificate);
    if (certificates.length > MOST_CERTIFICATES) throw new UnreadableAnswer('The message has too many certificates.');
    return { signedData, certificates: certificates.map(toSentCertificate) };
  } catch (cause) {
    if (cause instanceof UnreadableAnswer) throw cause;
    // asn1js and pkijs throw errors of many kinds for unreadable input.
    throw new UnreadableAnswer('The message is no CMS SignedData.', { cause });
  }
}

function contentOf({ encapContentInfo }: SignedData): Uint8Array {
  if (encapContentInfo.eContentType !== DATA)
    throw new UnreadableAnswer('The content of the message is not plain data.');
  if (!encapContentInfo.eContent) throw new UnreadableAnswer('The message has no content.');
  return new Uint8Array(encapContentInfo.eContent.getValue());
}

function signerCertificate({ sid }: SignerInfo, certificates: readonly SentCertificate[]): SentCertificate {
  if (!(sid instanceof IssuerAndSerialNumber)) {
    throw new UnreadableAnswer('The message does not name its signer by issuer and serial number.');
  }
  const issuer = Buffer.from(sid.issuer.valueBeforeDecode);
  const serialNumber = Buffer.from(sid.serialNumber.valueBlock.valueHexView);
  const found = certificates.find((sent) => serialNumber.equals(sent.serialNumber) && issuer.equals(sent.issuer));
  if (!found) throw new UnreadableAnswer("The message lacks its signer's certificate.");
  return found;
}

/** Returns the signed bytes: the signed attributes, which bind the content by its digest, or the content itself (RFC 5652, 5.4). */
function signedBytes({ signedAttrs }: SignerInfo, content: Uint8Array, hash: Hash): Uint8Array {
  if (!signedAttrs) return content;
  const contentType = onlyValue(signedAttrs.attributes, CONTENT_TYPE);
  if (!(contentType instanceof ObjectIdentifier) || contentType.getValue() !== DATA) {
    throw new UnreadableAnswer('The signed attributes are for other content.');
  }
  const messageDigest = onlyValue(signedAttrs.attributes, MESSAGE_DIGEST);
  const digest = createHash(hash).update(content).digest();
  const signed = messageDigest instanceof OctetString ? new Uint8Array(messageDigest.getValue()) : new Uint8Array();
  if (signed.length !== digest.length || !timingSafeEqual(signed, digest)) {
    throw new UnreadableAnswer('The content was altered after it was signed.');
  }
  return new Uint8Array(signedAttrs.encodedValue);
}

/** Returns the value of an attribute. The attribute must occur exactly once, with one value (RFC 5652, 11.1 and 11.2). */
function onlyValue(attributes: readonly Attribute[], type: string): unknown {
  const [attribute, ...more] = attributes.filter((candidate) => candidate.type === type);
  const values: readonly unknown[] = attribute?.values ?? [];
  if (more.length > 0 || values.length !== 1) {
    throw new UnreadableAnswer('A signed attribute is missing, or there more than once.');
  }
  return values[0];
}

async function verifySignature(
  signerInfo: SignerInfo,
  signer: SentCertificate,
  hash: Hash,
  signed: Uint8Array,
): Promise<void> {
  const scheme = schemeOf(signerInfo.signatureAlgorithm.algorithmId);
  const { publicKey } = signer;
  if (!scheme || (scheme.hash ?? hash) !== hash || publicKey.asymmetricKeyType !== scheme.key) {
    throw new UnreadableAnswer('The message is signed in a way that is not accepted.');
  }
  if (!(await verifyAsync(hash, signed, publicKey, new Uint8Array(signerInfo.signature.getValue())))) {
    throw new UnreadableAnswer('The signature of the message is wrong.');
  }
}
