import { createHash, createSign, X509Certificate, type KeyObject } from 'node:crypto';
import { issuerAndSerial } from './certificate-der.js';
import {
  childAt,
  childrenOf,
  context,
  der,
  oid,
  printable,
  readDer,
  sequence,
  setOf,
  smallInteger,
  TAG,
  utcTime,
  type DerElement,
} from './der.js';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
const DATA = '1.2.840.113549.1.7.1';
const RSA = '1.2.840.113549.1.1.1';
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const SIGNING_TIME = '1.2.840.113549.1.9.5';
const DIGESTS = { sha1: '1.3.14.3.2.26', sha256: '2.16.840.1.101.3.4.2.1' } as const;
export type Digest = keyof typeof DIGESTS;

/** Object identifiers of a message's attributes (RFC 8894, 3.2.1). */
const ATTRIBUTES = {
  messageType: '2.16.840.1.113733.1.9.2',
  pkiStatus: '2.16.840.1.113733.1.9.3',
  failInfo: '2.16.840.1.113733.1.9.4',
  senderNonce: '2.16.840.1.113733.1.9.5',
  recipientNonce: '2.16.840.1.113733.1.9.6',
  transactionID: '2.16.840.1.113733.1.9.7',
} as const;

/** Values of messageType (RFC 8894, 3.2.1.2). */
export const MESSAGE_TYPE = { certRep: '3', renewalReq: '17', pkcsReq: '19', certPoll: '20' } as const;

/** The signed attributes of a request that the caller chooses. */
export interface ScepRequestHead {
  readonly messageType: string;
  readonly transactionID: string;
  readonly senderNonce: Uint8Array;
}

/** The key that signs a message, with its certificate. */
export interface ScepSigner {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
}

/**
 * Signs a pkiMessage (RFC 8894, 3.2), which is a SignedData with encrypted content. openssl cannot do this, because it cannot add the signed
 * attributes of SCEP.
 *
 * @param envelope the DER encoding of the EnvelopedData
 */
export function signMessage(head: ScepRequestHead, envelope: Uint8Array, signer: ScepSigner, digest: Digest): Buffer {
  const digestAlgorithm = algorithm(DIGESTS[digest]);
  const attributes = setOf(
    attribute(CONTENT_TYPE, oid(DATA)),
    attribute(SIGNING_TIME, utcTime(new Date())),
    attribute(MESSAGE_DIGEST, octets(createHash(digest).update(envelope).digest())),
    attribute(ATTRIBUTES.messageType, printable(head.messageType)),
    attribute(ATTRIBUTES.transactionID, printable(head.transactionID)),
    attribute(ATTRIBUTES.senderNonce, octets(head.senderNonce)),
  );
  const signerInfo = sequence(
    smallInteger(1),
    issuerAndSerial(signer.certificate),
    digestAlgorithm,
    // The attributes are signed as a SET, and encoded with a context-specific tag (RFC 5652, 5.4).
    der(context(0), readDer(attributes).content),
    algorithm(RSA),
    octets(createSign(digest).update(attributes).sign(signer.key)),
  );
  const signedData = sequence(
    smallInteger(1),
    setOf(digestAlgorithm),
    sequence(oid(DATA), der(context(0), octets(envelope))),
    der(context(0), signer.certificate.raw),
    setOf(signerInfo),
  );
  return sequence(oid(SIGNED_DATA), der(context(0), signedData));
}

/** The attributes of the server's answer. An absent attribute is null. `readAnswerHead` does not verify the attributes. */
export interface ScepAnswerHead {
  readonly messageType: string | null;
  readonly pkiStatus: string | null;
  readonly failInfo: string | null;
  readonly transactionID: string | null;
  readonly recipientNonce: Buffer | null;
  /** Set when the answer has signed content. A pending or refusing answer has no content. */
  readonly hasContent: boolean;
}

/**
 * Reads the attributes of an answer.
 *
 * @throws unless the message is a SignedData with one signer, whose signed attributes have one value each
 */
export function readAnswerHead(message: Uint8Array): ScepAnswerHead {
  const signedData = childAt(childAt(readDer(message), 1, context(0)), 0, TAG.sequence);
  const signers = childrenOf(signedData).at(-1);
  if (signers?.tag !== TAG.set || childrenOf(signers).length !== 1) throw new Error('It does not have one signer.');
  const signedAttributes = childAt(childAt(signers, 0, TAG.sequence), 3, context(0));
  const values = new Map(childrenOf(signedAttributes).map((one) => [typeOf(one), valueOf(one)]));
  const text = (type: string): string | null => values.get(type)?.toString('ascii') ?? null;
  return {
    messageType: text(ATTRIBUTES.messageType),
    pkiStatus: text(ATTRIBUTES.pkiStatus),
    failInfo: text(ATTRIBUTES.failInfo),
    transactionID: text(ATTRIBUTES.transactionID),
    recipientNonce: values.get(ATTRIBUTES.recipientNonce) ?? null,
    hasContent: childrenOf(childAt(signedData, 2, TAG.sequence)).length > 1,
  };
}

/** Returns the dotted OID of an attribute in `ATTRIBUTES`; for any other attribute, the OID's encoding in hexadecimal. */
function typeOf(attribute: DerElement): string {
  const { whole } = childAt(attribute, 0, TAG.oid);
  return Object.values(ATTRIBUTES).find((one) => oid(one).equals(whole)) ?? whole.toString('hex');
}

function valueOf(attribute: DerElement): Buffer {
  const [value, ...further] = childrenOf(childAt(attribute, 1, TAG.set));
  if (!value || further.length > 0) throw new Error('An attribute does not have one value.');
  return value.content;
}

const octets = (bytes: Uint8Array): Buffer => der(TAG.octetString, bytes);
const algorithm = (dotted: string): Buffer => sequence(oid(dotted), der(TAG.null));
const attribute = (type: string, value: Uint8Array): Buffer => sequence(oid(type), setOf(value));
