import { createPublicKey, type KeyObject } from 'node:crypto';
import { isBytes, isInteger, optionalMember, requiredMember, type CborMap } from './cbor.js';
import { malformedAnswer } from './fido-error.js';

/** Labels of COSE keys (RFC 9053, 7.1 and 7.2; RFC 8230, 4). */
const LABEL = { KTY: 1, ALG: 3, CRV: -1, X: -2, Y: -3, N: -1, E: -2 } as const;

/** COSE algorithms whose keys are converted to SubjectPublicKeyInfo (WebAuthn, 5.2.1.1). */
export const COSE_ALGORITHM = { ES256: -7, EDDSA: -8, ES384: -35, RS256: -257 } as const;

const EC2_CURVES: ReadonlyMap<number, { readonly id: number; readonly crv: string }> = new Map([
  [COSE_ALGORITHM.ES256, { id: 1, crv: 'P-256' }],
  [COSE_ALGORITHM.ES384, { id: 2, crv: 'P-384' }],
]);
const ED25519 = 6;

/**
 * Converts a COSE key to a DER SubjectPublicKeyInfo. Returns undefined for an unknown algorithm, as WebAuthn allows (5.2.1.1).
 *
 * @throws CardwrightError `AUTHENTICATOR_ERROR` when a member is missing, or the key does not match its algorithm
 */
export function subjectPublicKeyInfo(key: CborMap): Uint8Array | undefined {
  const jwk = jwkOf(key);
  if (!jwk) return undefined;
  return Uint8Array.from(publicKeyOf(jwk).export({ type: 'spki', format: 'der' }));
}

type Jwk = Readonly<Record<string, string>>;

function jwkOf(key: CborMap): Jwk | undefined {
  const algorithm = requiredMember(key, LABEL.ALG, isInteger);
  const text = (label: number): string => Buffer.from(requiredMember(key, label, isBytes)).toString('base64url');
  const requireCurve = (id: number): void => {
    if (optionalMember(key, LABEL.CRV, isInteger) !== id) throw malformedAnswer();
  };
  if (algorithm === COSE_ALGORITHM.RS256) return { kty: 'RSA', n: text(LABEL.N), e: text(LABEL.E) };
  if (algorithm === COSE_ALGORITHM.EDDSA) {
    requireCurve(ED25519);
    return { kty: 'OKP', crv: 'Ed25519', x: text(LABEL.X) };
  }
  const curve = EC2_CURVES.get(algorithm);
  if (!curve) return undefined;
  requireCurve(curve.id);
  return { kty: 'EC', crv: curve.crv, x: text(LABEL.X), y: text(LABEL.Y) };
}

function publicKeyOf(key: Jwk): KeyObject {
  try {
    return createPublicKey({ key, format: 'jwk' });
  } catch (error) {
    throw malformedAnswer(error);
  }
}
