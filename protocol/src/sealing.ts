import { CompactEncrypt, importJWK, type CryptoKey } from 'jose';
import * as v from 'valibot';
import { CardwrightError } from './errors.js';
import { CONTENT_ENCRYPTION, CONTEXT_HEADER, KEY_AGREEMENT, openJwe } from './open-jwe.js';
import { described, deviceId, operationId, origin, text, type PublicJwk } from './schema.js';

/** Purposes of sealed secrets. A JWE for one purpose is refused for every other purpose. */
export const PURPOSES = [
  'pin',
  'newPin',
  'puk',
  'escrow',
  'display',
  'fidoPin',
  'newFidoPin',
  'temporaryPin',
  'storage',
] as const;
export type Purpose = (typeof PURPOSES)[number];

/**
 * Context to which a secret is bound. It is in the JWE's protected header, so it can be read but not changed. `session` is the id of the host's
 * session, or of the window that shows the secret; null for `storage`, because stored secrets belong to no session.
 */
export const sealContext = v.strictObject({
  origin: described(origin, "Origin of the CMS's page."),
  operation: described(v.nullable(operationId), 'The operation that the secret is for.'),
  device: described(v.nullable(deviceId), 'The device that the secret is for, or comes from.'),
  session: described(
    v.nullable(text(64)),
    'The session id of the host, or the id of the window that shows the secret.',
  ),
  purpose: described(v.picklist(PURPOSES), 'What the secret is for.'),
});
export type SealContext = v.InferOutput<typeof sealContext>;

export { CONTENT_ENCRYPTION, CONTEXT_HEADER, KEY_AGREEMENT };

/**
 * Seals bytes to a P-256 key, by ECDH-ES (RFC 7518, 4.6) with A256GCM. Returns a compact JWE (RFC 7516).
 *
 * @throws Error of any kind if the key is not on P-256, or the context does not match `sealContext`
 *
 * @example
 * const jwe = await seal(new TextEncoder().encode('739154'), hostKey, {
 *   origin: 'https://cms.example.com',
 *   operation: null,
 *   device: 'serial:12345678',
 *   session: await sessionIdOf(hostKey),
 *   purpose: 'newPin',
 * });
 */
export async function seal(plaintext: Uint8Array, to: PublicJwk, context: SealContext): Promise<string> {
  const key = await importJWK({ kty: to.kty, crv: to.crv, x: to.x, y: to.y }, KEY_AGREEMENT);
  return new CompactEncrypt(plaintext)
    .setProtectedHeader({
      alg: KEY_AGREEMENT,
      enc: CONTENT_ENCRYPTION,
      [CONTEXT_HEADER]: v.parse(sealContext, context),
    })
    .encrypt(key);
}

/**
 * Opens a secret that was sealed to the public part of `key`, if the secret is bound to exactly the expected context.
 *
 * @throws CardwrightError `SECRET_REFUSED` if the text is no such JWE, was changed, was sealed to another key, or is bound to another context
 * @example
 * const pin = new TextDecoder().decode(await unseal(jwe, privateKey, sealContext));
 */
export async function unseal(jwe: string, key: CryptoKey, expected: SealContext): Promise<Uint8Array> {
  const { plaintext, context } = await openJwe(jwe, key).catch((cause: unknown) => {
    throw new CardwrightError('SECRET_REFUSED', {}, { cause });
  });
  const bound = v.safeParse(sealContext, context);
  if (!bound.success || !sameContext(bound.output, expected)) throw new CardwrightError('SECRET_REFUSED');
  return plaintext;
}

function sameContext(a: SealContext, b: SealContext): boolean {
  return (
    a.origin === b.origin &&
    a.operation === b.operation &&
    a.device === b.device &&
    a.session === b.session &&
    a.purpose === b.purpose
  );
}
