import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { createDemoAccount } from '../../../../portal/src/server/accounts/accounts.js';
import { openPortalDatabase } from '../../../../portal/src/server/store/database.js';
import { devices, users } from '../../../../portal/src/server/store/schema.js';

const OWNER = { username: 'someone', password: 'long-enough', displayName: 'Someone', role: 'user' } as const;
const ABOUT = { model: 'piv', modelName: 'PIV card', proof: 'not-proved', managementKey: 'configured' } as const;

/**
 * Fills a new embedded database with superseded certificates of one device, which a CRL lists.
 *
 * @param folder the database's
 */
export async function fillWithSuperseded(folder: string, count: number): Promise<void> {
  const store = await openPortalDatabase({ folder });
  await createDemoAccount(store.db, OWNER);
  const [owner] = await store.db.select().from(users);
  const id = randomUUID();
  await store.db
    .insert(devices)
    .values({ id, ownerId: owner?.id ?? '', guid: randomUUID(), state: 'active', ...ABOUT });
  await store.db.execute(sql`
    INSERT INTO certificates (id, device_id, slot, serial_number, subject, algorithm, der, proof, not_before, not_after,
      key_hash, revocation_reason, revoked_at)
    SELECT gen_random_uuid(), ${id}, '9A', '4' || lpad(to_hex(n), 39, '0'), '', '', '', 'not-proved', now(),
      now() + interval '1 year', '', 'superseded', now()
    FROM generate_series(1, ${sql.raw(String(count))}) AS n`);
  await store.close();
}
