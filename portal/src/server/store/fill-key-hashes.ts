import { CardKey, readForeignCertificate } from '@cardwright/cms/keys';
import { decodeBytes } from '@cardwright/protocol';
import { isNull, sql } from 'drizzle-orm';
import type { Database } from './database.js';
import { certificates } from './schema.js';

const BATCH = 500;

/** Adds the key hash to certificates that an older portal stored without it. Several processes may call this at once. */
export async function fillKeyHashes(db: Database): Promise<void> {
  for (;;) {
    const rows = await db
      .select({ id: certificates.id, der: certificates.der })
      .from(certificates)
      .where(isNull(certificates.keyHash))
      .limit(BATCH);
    if (rows.length === 0) return;
    const hashes = rows.map(({ id, der }) => {
      const { publicKey } = readForeignCertificate(decodeBytes(der));
      const { hash } = CardKey.read(publicKey.export({ type: 'spki', format: 'der' }));
      return sql`(${id}::uuid, ${hash})`;
    });
    await db.execute(sql`
      UPDATE certificates SET key_hash = filled.hash
      FROM (VALUES ${sql.join(hashes, sql`, `)}) AS filled (id, hash) WHERE certificates.id = filled.id`);
  }
}
