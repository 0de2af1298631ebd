import { createHash, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import { decodeBytes, encodeBytes } from '@cardwright/protocol';
import { and, eq, isNull, ne, sql } from 'drizzle-orm';
import type { Database } from '../store/database.js';
import { certificates } from '../store/schema.js';

/**
 * SHA-256 of a key's DER SubjectPublicKeyInfo, base64url: by it the key is found again, however it was encoded.
 *
 * @param publicKey DER SubjectPublicKeyInfo that can be read
 */
export const keyHashOf = (publicKey: Uint8Array): string =>
  encodeBytes(createHash('sha256').update(canonical(publicKey)).digest());

/** An elliptic key has two encodings of its point (SEC 1, 2.3.3); a JWK has but one form of a key. */
function canonical(publicKey: Uint8Array): Uint8Array {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
  const usual = isCertifiable(key) ? createPublicKey({ key: key.export({ format: 'jwk' }), format: 'jwk' }) : key;
  return usual.export({ type: 'spki', format: 'der' });
}

/** Whether a slot can be ordered to have such a key; others may have no JWK. */
const isCertifiable = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean =>
  asymmetricKeyType === 'rsa' || ['prime256v1', 'secp384r1'].includes(asymmetricKeyDetails?.namedCurve ?? '');

/** Whether a certificate was ever issued for this key on another device, good or not. */
export async function isKeyOfAnotherDevice(db: Database, keyHash: string, deviceId: string): Promise<boolean> {
  const [row] = await db
    .select({ id: certificates.id })
    .from(certificates)
    .where(and(eq(certificates.keyHash, keyHash), ne(certificates.deviceId, deviceId)))
    .limit(1);
  return row !== undefined;
}

const BATCH = 500;

/** Fills in what certificates of an older portal lack. Several processes may do so at once. */
export async function fillKeyHashes(db: Database): Promise<void> {
  for (;;) {
    const rows = await db
      .select({ id: certificates.id, der: certificates.der })
      .from(certificates)
      .where(isNull(certificates.keyHash))
      .limit(BATCH);
    if (rows.length === 0) return;
    const hashes = rows.map(({ id, der }) => {
      const { publicKey } = new X509Certificate(decodeBytes(der));
      return sql`(${id}::uuid, ${keyHashOf(publicKey.export({ type: 'spki', format: 'der' }))})`;
    });
    await db.execute(sql`
      UPDATE certificates SET key_hash = filled.hash
      FROM (VALUES ${sql.join(hashes, sql`, `)}) AS filled (id, hash) WHERE certificates.id = filled.id`);
  }
}
