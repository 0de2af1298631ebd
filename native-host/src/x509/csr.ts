import { Attributes, CertificationRequest, CertificationRequestInfo } from '@peculiar/asn1-csr';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  Attribute,
  AttributeTypeAndValue,
  AttributeValue,
  DirectoryString,
  Name,
  RelativeDistinguishedName,
  SubjectPublicKeyInfo,
} from '@peculiar/asn1-x509';
import { CardwrightError } from '@cardwright/protocol';
import type { KeyAlgorithm } from '@cardwright/protocol/devices';
import { signatureScheme, type SignatureScheme } from './signature-input.js';

const OID_COMMON_NAME = '2.5.4.3';
const OID_CHALLENGE_PASSWORD = '1.2.840.113549.1.9.7';
/** Object identifiers of the signature algorithms (RFC 4055, 5; RFC 5758, 3.2). */
const SIGNATURE_OID: Readonly<Record<SignatureScheme['name'], string>> = {
  'RSA-SHA256': '1.2.840.113549.1.1.11',
  'ECDSA-SHA256': '1.2.840.10045.4.3.2',
  'ECDSA-SHA384': '1.2.840.10045.4.3.3',
};
/** DER encoding of NULL, the parameters of an RSA signature algorithm. ECDSA has no parameters. */
const DER_NULL = Uint8Array.of(0x05, 0x00).buffer;

export interface CertificationRequestParameters {
  readonly commonName: string;
  /** Challenge of the CMS in base64url, which becomes the challengePassword (RFC 2985, 5.4.1). */
  readonly challenge: string;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly algorithm: KeyAlgorithm;
  /** Signs the input that `signatureScheme` prepared, with the private key that belongs to `publicKey`. */
  readonly sign: (input: Uint8Array) => Promise<Uint8Array>;
  /** True if the public key verifies the signature of a message. */
  readonly verify: (message: Uint8Array, signature: Uint8Array) => boolean;
}

/**
 * Creates a certification request (PKCS #10, RFC 2986), and has it signed with `sign`. Returns its DER encoding.
 *
 * @throws CardwrightError `KEY_MISSING` when the signature does not verify with `publicKey`
 */
export async function createCertificationRequest(parameters: CertificationRequestParameters): Promise<Uint8Array> {
  const scheme = signatureScheme(parameters.algorithm);
  const info = new CertificationRequestInfo({
    subject: commonNameOnly(parameters.commonName),
    subjectPKInfo: AsnConvert.parse(parameters.publicKey, SubjectPublicKeyInfo),
    attributes: new Attributes([challengePassword(parameters.challenge)]),
  });
  const toBeSigned = new Uint8Array(AsnConvert.serialize(info));
  const signature = await parameters.sign(scheme.input(toBeSigned));
  if (!parameters.verify(toBeSigned, signature)) throw new CardwrightError('KEY_MISSING');
  const request = new CertificationRequest({
    certificationRequestInfo: info,
    signatureAlgorithm: new AlgorithmIdentifier({
      algorithm: SIGNATURE_OID[scheme.name],
      ...(scheme.name === 'RSA-SHA256' ? { parameters: DER_NULL } : {}),
    }),
    signature: Uint8Array.from(signature).buffer,
  });
  return new Uint8Array(AsnConvert.serialize(request));
}

/** Builds the challengePassword as a UTF8String, because base64url has characters that a PrintableString lacks. */
const challengePassword = (challenge: string): Attribute =>
  new Attribute({
    type: OID_CHALLENGE_PASSWORD,
    values: [AsnConvert.serialize(new DirectoryString({ utf8String: challenge }))],
  });

function commonNameOnly(commonName: string): Name {
  const value = new AttributeValue({ utf8String: commonName });
  return new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: OID_COMMON_NAME, value })])]);
}
