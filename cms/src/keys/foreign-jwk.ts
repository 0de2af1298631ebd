import * as v from 'valibot';

/** Lengths of coordinates in bytes (RFC 7518, 6.2.1.2; RFC 8812; RFC 8037), by curve. */
const COORDINATES = { 'P-256': 32, 'P-384': 48, 'P-521': 66 } as const;
const EDWARDS = { Ed25519: 32, Ed448: 57 } as const;
/** Maximum modulus and exponent in bytes, as for keys in DER (`keyInForm`). */
const LARGEST = { modulus: 2048, exponent: 64 } as const;

const bytes = (fits: (length: number) => boolean) =>
  v.pipe(
    v.string(),
    v.regex(/^[\w-]+$/),
    v.check((text) => fits(Buffer.from(text, 'base64url').length)),
  );
const exactly = (size: number) => bytes((length) => length === size);
const number = (largest: number) =>
  v.pipe(
    bytes((length) => length > 0 && length <= largest),
    // A number without value, such as `AA`, is read as the modulus 0.
    v.check((text) => Buffer.from(text, 'base64url').some((byte) => byte !== 0)),
  );

const plainJwk = v.variant('kty', [
  v.object({ kty: v.literal('RSA'), n: number(LARGEST.modulus), e: number(LARGEST.exponent) }),
  ...(['P-256', 'P-384', 'P-521'] as const).map((crv) =>
    v.object({
      kty: v.literal('EC'),
      crv: v.literal(crv),
      x: exactly(COORDINATES[crv]),
      y: exactly(COORDINATES[crv]),
    }),
  ),
  ...(['Ed25519', 'Ed448'] as const).map((crv) =>
    v.object({ kty: v.literal('OKP'), crv: v.literal(crv), x: exactly(EDWARDS[crv]) }),
  ),
]);

/**
 * True if a value is a public JWK (RFC 7517) that OpenSSL may read: the algorithm, the curve and the length of each part are judged, as `keyInForm`
 * does for DER.
 *
 * @example
 * const ours = cmsKeys.keys.filter(isForeignJwk);
 */
export const isForeignJwk = (value: unknown): boolean => v.is(plainJwk, value);
