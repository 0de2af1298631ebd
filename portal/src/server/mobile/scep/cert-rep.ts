import { constants, createHash, randomBytes, sign } from 'node:crypto';
import * as asn1js from 'asn1js';
import {
  AlgorithmIdentifier,
  Attribute,
  ContentInfo,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
} from 'pkijs';
import { SHA_256, SHA_256_WITH_RSA } from './algorithms.js';
import { encoded } from './ber.js';
import type { Recipient } from './envelope.js';
import { ATTRIBUTE, CONTENT_TYPE, FAIL_INFO, MESSAGE_TYPE, PKI_STATUS } from './message-attributes.js';
import type { FailInfo } from './registrar.js';

/** The outcome that a CertRep tells the client. */
export type Answer =
  | { readonly kind: 'success'; /** The certificate or CRL, encrypted to the client. */ readonly envelope: Uint8Array }
  | { readonly kind: 'pending' }
  | { readonly kind: 'failure'; readonly failInfo: FailInfo };

/** The members of a client's message that its answer repeats. */
export interface Question {
  readonly transactionId: string;
  /** Nonce of the message; undefined if the message has no nonce, or a nonce that is too long to be repeated. */
  readonly senderNonce: Uint8Array | undefined;
}

const NONCE_LENGTH = 16;

/**
 * Writes a CertRep (RFC 8894, 3.3.2), signed by the registration authority.
 *
 * @returns a DER ContentInfo
 */
export function writeCertRep(question: Question, answer: Answer, { certificate, key }: Recipient): Uint8Array {
  const content = answer.kind === 'success' ? answer.envelope : new Uint8Array();
  const attributes = inOrder(attributesOf(question, answer, content));
  const toSign = new asn1js.Set({ value: attributes.map((one) => one.toSchema()) }).toBER();
  const signature = sign('sha256', new Uint8Array(toSign), { key, padding: constants.RSA_PKCS1_PADDING });
  const signed = new SignedData({
    version: 1,
    digestAlgorithms: [algorithm(SHA_256)],
    encapContentInfo: new Content(content),
    certificates: [certificate],
    signerInfos: [
      new SignerInfo({
        version: 1,
        sid: new IssuerAndSerialNumber({ issuer: certificate.issuer, serialNumber: certificate.serialNumber }),
        digestAlgorithm: algorithm(SHA_256),
        signedAttrs: new SignedAndUnsignedAttributes({ type: 0, attributes }),
        signatureAlgorithm: algorithm(SHA_256_WITH_RSA),
        signature: new asn1js.OctetString({ valueHex: signature }),
      }),
    ],
  });
  return encoded(new ContentInfo({ contentType: CONTENT_TYPE.signedData, content: signed.toSchema() }));
}

function attributesOf({ transactionId, senderNonce }: Question, answer: Answer, content: Uint8Array): Attribute[] {
  const digest = createHash('sha256').update(content).digest();
  return [
    attribute(ATTRIBUTE.contentType, new asn1js.ObjectIdentifier({ value: CONTENT_TYPE.data })),
    attribute(ATTRIBUTE.messageDigest, new asn1js.OctetString({ valueHex: digest })),
    attribute(ATTRIBUTE.transactionId, text(transactionId)),
    attribute(ATTRIBUTE.messageType, text(MESSAGE_TYPE.certRep)),
    attribute(ATTRIBUTE.pkiStatus, text(PKI_STATUS[answer.kind])),
    ...(answer.kind === 'failure' ? [attribute(ATTRIBUTE.failInfo, text(FAIL_INFO[answer.failInfo]))] : []),
    attribute(ATTRIBUTE.senderNonce, new asn1js.OctetString({ valueHex: randomBytes(NONCE_LENGTH) })),
    ...(senderNonce ? [attribute(ATTRIBUTE.recipientNonce, new asn1js.OctetString({ valueHex: senderNonce }))] : []),
  ];
}

/**
 * Writes the content in one piece, and writes even an empty content. pkijs would split the content, which is not DER, and strongSwan reads only DER.
 * pkijs would also leave out an empty content, and other clients would take the message for a detached signature.
 */
class Content extends EncapsulatedContentInfo {
  constructor(private readonly content: Uint8Array) {
    super({ eContentType: CONTENT_TYPE.data });
  }

  override toSchema(): asn1js.Sequence {
    const explicit = { tagClass: 3, tagNumber: 0 };
    const value = [new asn1js.OctetString({ valueHex: this.content })];
    return new asn1js.Sequence({
      value: [
        new asn1js.ObjectIdentifier({ value: this.eContentType }),
        new asn1js.Constructed({ idBlock: explicit, value }),
      ],
    });
  }
}

const attribute = (type: string, value: asn1js.BaseBlock): Attribute => new Attribute({ type, values: [value] });
const text = (value: string): asn1js.PrintableString => new asn1js.PrintableString({ value });
const algorithm = (algorithmId: string): AlgorithmIdentifier =>
  new AlgorithmIdentifier({ algorithmId, algorithmParams: new asn1js.Null() });

/** Sorts attributes as DER sorts a SET OF (X.690, 11.6), because a verifier may sort them before it checks the signature. */
const inOrder = (attributes: readonly Attribute[]): Attribute[] =>
  [...attributes].sort((one, other) => Buffer.compare(encoded(one), encoded(other)));
