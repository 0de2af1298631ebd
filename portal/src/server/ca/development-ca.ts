import 'reflect-metadata';
import { createPrivateKey, randomBytes, sign, webcrypto } from 'node:crypto';
import { promisify } from 'node:util';
import * as x509 from '@peculiar/x509';
import * as v from 'valibot';
import type { CertificateRequest, CertificationAuthority, CrlRequest } from '@cardwright/cms/authority';
import { DEVELOPMENT_NAME } from './authority-name.js';
import { encodeCrl, encodeTbsCertList } from './crl-encoding.js';
import { encodeInteger } from './der.js';
import { profileExtensions, subjectOf } from './profiles.js';

const coordinate = v.pipe(v.string(), v.regex(/^[\w-]{43}$/));

/** The authority's key pair (JWK on P-256 with its private part) and its own certificate (PEM). */
export const authorityKeys = v.object({
  key: v.object({
    kty: v.literal('EC'),
    crv: v.literal('P-256'),
    x: coordinate,
    y: coordinate,
    d: coordinate,
  }),
  certificate: v.string(),
});
export type AuthorityKeys = v.InferOutput<typeof authorityKeys>;

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY = 24 * 60 * 60 * 1000;
const AUTHORITY_DAYS = 3650;
/** Milliseconds by which certificates become valid before their issuance, for computers whose clocks are slow. */
const CLOCK_SKEW = 5 * 60 * 1000;
const SERIAL_BYTES = 20;
const CRL_NUMBER = '2.5.29.20';
/** DER AlgorithmIdentifier of ecdsa-with-SHA256, 1.2.840.10045.4.3.2 (RFC 5758, 3.2). */
const ECDSA_WITH_SHA256 = Buffer.from('300a06082a8648ce3d040302', 'hex');

/** Hashes and signs data on another thread. */
const signInBackground = promisify(sign);

/**
 * Makes the key and the self-signed certificate of a new embedded authority. A number in its subject tells it from others of the same name.
 *
 * @param name its common name
 */
export async function newAuthority(name = DEVELOPMENT_NAME): Promise<AuthorityKeys> {
  const keys = await webcrypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']);
  const now = Date.now();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerialNumber(),
    // As a plain text, a name that begins with # would be read as hexadecimal.
    name: new x509.Name([{ CN: [{ utf8String: name }] }, { '2.5.4.5': [randomBytes(4).toString('hex')] }]),
    notBefore: new Date(now - CLOCK_SKEW),
    notAfter: new Date(now + AUTHORITY_DAYS * DAY),
    signingAlgorithm: ECDSA,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const key = await webcrypto.subtle.exportKey('jwk', keys.privateKey);
  return v.parse(authorityKeys, { key, certificate: certificate.toString('pem') });
}

/**
 * Opens an authority inside the portal, for development, demonstrations and small installations.
 *
 * @param location returns the address under which the portal serves ca.der and crl.der. The address is put into the AIA extension and the CRL
 *   distribution points of certificates.
 */
export async function openDevelopmentCa(
  authority: AuthorityKeys,
  location: () => string,
): Promise<CertificationAuthority> {
  const own = new x509.X509Certificate(authority.certificate);
  const signingKey = await webcrypto.subtle.importKey('jwk', authority.key, ECDSA, false, ['sign']);
  const crlKey = createPrivateKey({ key: { ...authority.key }, format: 'jwk' });
  const ownKeyIdentifier = await x509.AuthorityKeyIdentifierExtension.create(own.publicKey);
  // If no origin is configured, the location is known only once the portal listens. Afterwards it does not change.
  let places: readonly x509.Extension[] | undefined;

  async function issue(request: CertificateRequest): Promise<Uint8Array> {
    const { slot, subscriber, publicKey, policies, days } = request;
    const key = new x509.PublicKey(new Uint8Array(publicKey));
    const now = Date.now();
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: newSerialNumber(),
      subject: subjectOf(slot, subscriber),
      issuer: own.subjectName,
      notBefore: new Date(now - CLOCK_SKEW),
      notAfter: new Date(Math.min(now + days * DAY, own.notAfter.getTime())),
      publicKey: key,
      signingKey,
      signingAlgorithm: ECDSA,
      extensions: [
        ...profileExtensions(slot, key.algorithm.name, subscriber),
        ...(policies.length > 0 ? [new x509.CertificatePolicyExtension([...policies])] : []),
        await x509.SubjectKeyIdentifierExtension.create(key),
        ownKeyIdentifier,
        ...(places ??= placesAt(location())),
      ],
    });
    return new Uint8Array(certificate.rawData);
  }

  async function signCrl(request: CrlRequest, signal?: AbortSignal): Promise<Uint8Array> {
    const { number, thisUpdate, nextUpdate, revocations } = request;
    const extensions = [
      ownKeyIdentifier,
      new x509.Extension(CRL_NUMBER, false, new Uint8Array(encodeInteger(number.toString(16)))),
    ];
    const frame = {
      signatureAlgorithm: ECDSA_WITH_SHA256,
      issuer: new Uint8Array(own.subjectName.toArrayBuffer()),
      thisUpdate,
      nextUpdate,
      extensions: extensions.map(({ rawData }) => new Uint8Array(rawData)),
    };
    const tbs = await encodeTbsCertList(frame, revocations, signal);
    return encodeCrl(tbs, ECDSA_WITH_SHA256, await signInBackground('sha256', tbs, crlKey));
  }

  return { issue, signCrl, certificate: new Uint8Array(own.rawData) };
}

/** Extensions with the addresses of the authority's certificate and its CRL. */
const placesAt = (location: string): readonly x509.Extension[] => [
  new x509.AuthorityInfoAccessExtension({ caIssuers: `${location}/ca.der` }),
  new x509.CRLDistributionPointsExtension([`${location}/crl.der`]),
];

/**
 * Returns 20 random bytes in hexadecimal (RFC 5280, 4.1.2.2: positive and at most 20 octets). The first bit is 0, so that the number
 * is positive. The second is 1, so that the number keeps all 20 octets.
 */
function newSerialNumber(): string {
  const serial = randomBytes(SERIAL_BYTES);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return serial.toString('hex');
}
