import type { DeviceSlot, RevocationReason } from '@cardwright/cms/authority';
import type { Proof } from '@cardwright/cms/store';
import { text, uuid } from 'drizzle-orm/pg-core';
import { instant } from './instant.js';

/** Columns of certificates that the engine reads and writes. `certificatesWithIssuers` has one more. */
export const certificateColumns = () => ({
  id: uuid('id').primaryKey(),
  deviceId: uuid('device_id').notNull(),
  slot: text('slot').$type<DeviceSlot>().notNull(),
  /** Serial number in lower-case hexadecimal. */
  serialNumber: text('serial_number').notNull().unique(),
  subject: text('subject').notNull(),
  algorithm: text('algorithm').notNull(),
  /** The certificate: DER in base64url. */
  der: text('der').notNull(),
  /** SHA-256 of the key's SubjectPublicKeyInfo, in base64url; null in a row that an older portal stored, until the next start fills in the hash. */
  keyHash: text('key_hash'),
  proof: text('proof').$type<Proof>().notNull(),
  notBefore: instant('not_before').notNull(),
  notAfter: instant('not_after').notNull(),
  revocationReason: text('revocation_reason').$type<RevocationReason>(),
  revokedAt: instant('revoked_at'),
  pendingRenewal: text('pending_renewal'),
  doubtedBy: text('doubted_by'),
  createdAt: instant('created_at').notNull().defaultNow(),
});
