import { X509Certificate, type KeyObject } from 'node:crypto';
import { openssl } from './openssl.js';
import type { AlternativeName, ScepOrder } from './scep-order.js';

/** OpenSSL's notation of each kind of alternative name, by the kind's name in Apple's profiles. */
const NAMES: Record<AlternativeName, (value: string) => string> = {
  rfc822Name: (value) => `email = ${value}`,
  dNSName: (value) => `DNS = ${value}`,
  uniformResourceIdentifier: (value) => `URI = ${value}`,
  ntPrincipalName: (value) => `otherName = msUPN;UTF8:${value}`,
};

/** A certificate request, and the certificate whose key signs the SCEP message with this request. */
export interface CertificateRequest {
  /** The DER encoding of the request (PKCS #10). */
  readonly request: Buffer;
  /** A self-signed certificate for the same key and subject (RFC 8894, 2.3). */
  readonly selfSigned: X509Certificate;
}

/** Creates, with openssl, the request that a SCEP payload specifies. The payload's challenge, if any, becomes the request's challengePassword. */
export async function requestCertificate(order: ScepOrder, key: KeyObject): Promise<CertificateRequest> {
  const input = { key, files: { config: configuration(order) } };
  const request = [
    'req',
    '-new',
    '-sha256',
    '-config',
    'config',
    '-key',
    'key.pem',
    '-outform',
    'DER',
    '-out',
    'output',
  ];
  const selfSigned = await openssl([...request, '-x509', '-days', '1'], input);
  return { request: await openssl(request, input), selfSigned: new X509Certificate(selfSigned) };
}

/** Returns openssl's configuration for a request (`man req`, `man config`). */
function configuration({ subject, alternativeNames, challenge, signs, encrypts }: ScepOrder): string {
  const usages = [...(signs ? ['digitalSignature'] : []), ...(encrypts ? ['keyEncipherment'] : [])];
  const extensions = [
    ...(usages.length > 0 ? [`keyUsage = critical, ${usages.join(', ')}`] : []),
    ...(alternativeNames.length > 0 ? ['subjectAltName = @names'] : []),
  ];
  return [
    '[req]',
    'prompt = no',
    'utf8 = yes',
    'string_mask = utf8only',
    'distinguished_name = subject',
    ...(challenge === null ? [] : ['attributes = attributes']),
    ...(extensions.length > 0 ? ['req_extensions = extensions'] : []),
    '[subject]',
    ...subject.map(([type, value], index) => `${index}.${type} = ${quoted(value)}`),
    '[attributes]',
    ...(challenge === null ? [] : [`challengePassword = ${quoted(challenge)}`]),
    '[extensions]',
    ...extensions,
    '[names]',
    ...alternativeNames.map(({ kind, value }, index) => numbered(NAMES[kind](quoted(value)), index)),
    '',
  ].join('\n');
}

const numbered = (line: string, index: number): string => line.replace(' =', `.${index} =`);

/** Quotes a value, so that openssl takes every character literally. Throws for a value with a line break or NUL. */
function quoted(value: string): string {
  if (/[\n\r\0]/.test(value)) throw new Error('There is no line in a name.');
  return `"${value.replaceAll(/[\\"$]/g, '\\$&')}"`;
}
