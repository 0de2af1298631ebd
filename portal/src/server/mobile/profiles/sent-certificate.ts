import type { KeyObject, X509Certificate } from 'node:crypto';
import { ParsedCertificate } from '@cardwright/cms/attestation';
import { readForeignCertificate } from '@cardwright/cms/keys';
import { Certificate } from 'pkijs';
import { schemeOf, type Hash } from './signature-algorithms.js';

const COMMON_NAME = '2.5.4.3';

/** A certificate, with the facts for checking a chain. */
export interface SentCertificate {
  readonly der: Uint8Array;
  readonly x509: X509Certificate;
  readonly publicKey: KeyObject;
  /** Issuer name in DER. Together with the serial number, the name identifies the signer of a CMS message. */
  readonly issuer: Uint8Array;
  /** Content of the INTEGER that is the serial number, without tag and length. */
  readonly serialNumber: Uint8Array;
  /** Hash function of the issuer's signature; null if the signature algorithm does not name a hash function, or is not accepted. */
  readonly signatureHash: Hash | null;
  /** The parts that the check of a chain needs. Undefined if they cannot be read, so that the certificate is not accepted in a chain. */
  readonly parsed: ParsedCertificate | undefined;
  /** Last common name of the subject; empty if the subject has no common name. */
  readonly commonName: string;
}

/** Reads a DER certificate. @throws Error if the bytes are not a certificate */
export const readCertificate = (der: Uint8Array): SentCertificate =>
  toSentCertificate(Certificate.fromBER(new Uint8Array(der)));

/** Reads a parsed certificate. @throws Error if OpenSSL does not accept the certificate, or does not know the kind of key in it */
export function toSentCertificate(certificate: Certificate): SentCertificate {
  const der = new Uint8Array(certificate.toSchema().toBER());
  const x509 = readForeignCertificate(der);
  return {
    der,
    x509,
    publicKey: x509.publicKey,
    issuer: new Uint8Array(certificate.issuer.valueBeforeDecode),
    serialNumber: certificate.serialNumber.valueBlock.valueHexView,
    signatureHash: schemeOf(certificate.signatureAlgorithm.algorithmId)?.hash ?? null,
    parsed: ParsedCertificate.parse(der),
    commonName: commonNameOf(certificate),
  };
}

/** True if the certificate is a root: its own key has signed it. */
export const isSelfSigned = ({ x509, publicKey }: SentCertificate): boolean =>
  x509.checkIssued(x509) && x509.verify(publicKey);

function commonNameOf({ subject }: Certificate): string {
  const names = subject.typesAndValues.filter(({ type }) => type === COMMON_NAME);
  const name: unknown = names.at(-1)?.value.valueBlock.value;
  return typeof name === 'string' ? name : '';
}
