import { cose, decodeCredentialPublicKey, parseAuthenticatorData } from '@simplewebauthn/server/helpers';
import type { decodeAttestationObject } from '@simplewebauthn/server/helpers';
import { encodeBytes } from '@cardwright/protocol';
import { requireCertificate } from '../keys/foreign-certificate.js';
import { isForeignJwk } from '../keys/foreign-jwk.js';

/** Curves of COSE (RFC 9053, 7.1) by their names in JWKs. */
const CURVES: ReadonlyMap<unknown, string> = new Map([
  [1, 'P-256'],
  [2, 'P-384'],
  [3, 'P-521'],
  [6, 'Ed25519'],
  [7, 'Ed448'],
]);
/** Maximum number of certificates in an attestation statement. */
const MOST_CERTIFICATES = 8;

/**
 * Requires that a registration has keys and certificates that OpenSSL may read: the key of the passkey (COSE, RFC 9053) and the certificates of the
 * attestation statement (WebAuthn, 8.2).
 *
 * @throws Error
 */
export function requireReadableKeys(attestation: ReturnType<typeof decodeAttestationObject>): void {
  const { credentialPublicKey } = parseAuthenticatorData(attestation.get('authData'));
  if (credentialPublicKey === undefined) throw new Error('no key');
  requireCoseKey(credentialPublicKey);
  const certificates = attestation.get('attStmt').get('x5c') ?? [];
  if (certificates.length > MOST_CERTIFICATES) throw new Error('too many certificates');
  for (const certificate of certificates) requireCertificate(certificate);
}

function requireCoseKey(encoded: Uint8Array<ArrayBuffer>): void {
  if (!isForeignJwk(jwkOf(decodeCredentialPublicKey(encoded)))) throw new Error('a key of another form');
}

function jwkOf(key: ReturnType<typeof decodeCredentialPublicKey>): object {
  const { crv, x, y, n, e } = cose.COSEKEYS;
  if (cose.isCOSEPublicKeyEC2(key))
    return { kty: 'EC', crv: CURVES.get(key.get(crv)), x: textOf(key.get(x)), y: textOf(key.get(y)) };
  if (cose.isCOSEPublicKeyOKP(key)) return { kty: 'OKP', crv: CURVES.get(key.get(crv)), x: textOf(key.get(x)) };
  if (cose.isCOSEPublicKeyRSA(key)) return { kty: 'RSA', n: textOf(key.get(n)), e: textOf(key.get(e)) };
  return {};
}

/** The library promises bytes, but returns what the sender encoded. */
const textOf = (value: unknown): string | undefined => (value instanceof Uint8Array ? encodeBytes(value) : undefined);
