import { createECDH, type JsonWebKeyInput } from 'node:crypto';

const JWK_CURVES = { prime256v1: 'P-256', secp384r1: 'P-384' } as const;

/**
 * Returns, as a JWK, the private EC key with this scalar (big-endian, as long as the field).
 *
 * @throws when the scalar is zero or not below the curve's order
 */
export function ecPrivateKey(curve: keyof typeof JWK_CURVES, scalar: Buffer): JsonWebKeyInput {
  const pair = createECDH(curve);
  pair.setPrivateKey(scalar);
  const point = pair.getPublicKey();
  const fieldBytes = (point.length - 1) / 2;
  const [x, y] = [point.subarray(1, 1 + fieldBytes), point.subarray(1 + fieldBytes)];
  const key = {
    kty: 'EC',
    crv: JWK_CURVES[curve],
    d: scalar.toString('base64url'),
    x: x.toString('base64url'),
    y: y.toString('base64url'),
  };
  return { key, format: 'jwk' };
}
