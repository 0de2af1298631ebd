import { createHash, sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { Null, ObjectIdentifier, OctetString, UTCTime } from 'asn1js';
import { readForeignCertificate } from '@cardwright/cms/keys';
import {
  AlgorithmIdentifier,
  Attribute,
  Certificate,
  ContentInfo,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
} from 'pkijs';
import { CONTENT_TYPE, DATA, MESSAGE_DIGEST, SIGNED_DATA, SIGNING_TIME } from './cms-identifiers.js';
import { ECDSA_SHA256, RSA_ENCRYPTION, SHA256 } from './signature-algorithms.js';

const signAsync = promisify(sign);

/** Version of SignedData and SignerInfo if certificates are X.509 and the signer is named by issuer and serial number (RFC 5652, 5.1 and 5.3). */
const VERSION = 1;
const SIGNED_ATTRIBUTES = 0;
const SET = 0x31;

/** Signs profiles, so that a phone can verify their author and integrity. */
export interface ProfileSigner {
  /**
   * @param content a property list
   * @returns CMS SignedData in DER, with the content and all certificates: `application/x-apple-aspen-config`
   */
  sign(content: Uint8Array): Promise<Uint8Array>;
}

/** The certificates and the key of the signer of profiles. */
export interface SigningIdentity {
  /** The signer's certificate first, then the chain up to an authority that phones know; each in DER. */
  readonly certificates: readonly Uint8Array[];
  /** The signer's private key, RSA or EC. */
  readonly key: KeyObject;
}

/**
 * Returns a signer of profiles with this identity.
 *
 * @throws TypeError if there is no certificate, if the key does not belong to the first certificate, or if the key is neither RSA nor EC
 */
export function openProfileSigner({ certificates, key }: SigningIdentity): ProfileSigner {
  const [der] = certificates;
  if (!der) throw new TypeError('There is no certificate to sign profiles with.');
  if (!readForeignCertificate(der).checkPrivateKey(key)) {
    throw new TypeError('The key to sign profiles with does not belong to the first certificate.');
  }
  const signer = parse(der);
  const chain = [...certificates].sort((a, b) => Buffer.compare(a, b)).map(parse);
  const algorithm = signatureAlgorithm(key);
  return {
    sign: async (content) => {
      const attributes = signedAttributes(content, new Date());
      const signature = await signAsync('sha256', attributesToSign(attributes), key);
      const signedData = new SignedData({
        version: VERSION,
        digestAlgorithms: [new AlgorithmIdentifier({ algorithmId: SHA256 })],
        encapContentInfo: attach(content),
        // The certificates are sorted, as DER requires for a SET OF (X.690, 11.6). The signer's certificate may therefore not be the first.
        certificates: chain,
        signerInfos: [
          new SignerInfo({
            version: VERSION,
            sid: new IssuerAndSerialNumber({ issuer: signer.issuer, serialNumber: signer.serialNumber }),
            digestAlgorithm: new AlgorithmIdentifier({ algorithmId: SHA256 }),
            signedAttrs: attributes,
            signatureAlgorithm: algorithm,
            signature: new OctetString({ valueHex: new Uint8Array(signature) }),
          }),
        ],
      });
      const message = new ContentInfo({ contentType: SIGNED_DATA, content: signedData.toSchema(true) });
      return new Uint8Array(message.toSchema().toBER());
    },
  };
}

const parse = (der: Uint8Array): Certificate => Certificate.fromBER(new Uint8Array(der));

function signatureAlgorithm({ asymmetricKeyType }: KeyObject): AlgorithmIdentifier {
  switch (asymmetricKeyType) {
    case 'rsa':
      return new AlgorithmIdentifier({ algorithmId: RSA_ENCRYPTION, algorithmParams: new Null() });
    case 'ec':
      return new AlgorithmIdentifier({ algorithmId: ECDSA_SHA256 });
    default:
      throw new TypeError('The key to sign profiles with must be RSA or EC.');
  }
}

function attach(content: Uint8Array): EncapsulatedContentInfo {
  const attached = new EncapsulatedContentInfo({ eContentType: DATA });
  // The constructor would split the content into pieces, which DER does not allow (X.690, 10.2).
  attached.eContent = new OctetString({ valueHex: new Uint8Array(content) });
  return attached;
}

/** Makes the signed attributes. Each is longer than the attribute before, so they are in the order that DER requires (X.690, 11.6). */
function signedAttributes(content: Uint8Array, time: Date): SignedAndUnsignedAttributes {
  const digest = createHash('sha256').update(content).digest();
  return new SignedAndUnsignedAttributes({
    type: SIGNED_ATTRIBUTES,
    attributes: [
      new Attribute({ type: CONTENT_TYPE, values: [new ObjectIdentifier({ value: DATA })] }),
      new Attribute({ type: SIGNING_TIME, values: [new UTCTime({ valueDate: time })] }),
      new Attribute({ type: MESSAGE_DIGEST, values: [new OctetString({ valueHex: new Uint8Array(digest) })] }),
    ],
  });
}

/** Encodes the attributes as the SET to be signed. In the message, they have another tag (RFC 5652, 5.4). */
function attributesToSign(attributes: SignedAndUnsignedAttributes): Uint8Array {
  const encoded = new Uint8Array(attributes.toSchema().toBER());
  encoded[0] = SET;
  return encoded;
}
