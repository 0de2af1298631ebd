import { desc, lt } from 'drizzle-orm';
import type { Database } from './store/database.js';
import { audit } from './store/schema.js';

export type AuditEvent =
  | 'login'
  | 'logout'
  | 'operation.started'
  | 'operation.resumed'
  | 'operation.finished'
  | 'operation.cancelled'
  | 'operation.interrupted'
  | 'management-key.authenticated'
  | 'management-key.refused'
  | 'escrow.stored'
  | 'credentials.applied'
  | 'secret.released'
  | 'certificate.issued'
  | 'certificate.superseded'
  | 'certificate.refused'
  | 'device.erase-ordered'
  | 'device.erased'
  | 'device.state-changed'
  | 'initial-pin.shown'
  | 'puk.approved'
  | 'policy.changed'
  | 'vendor-certificates.imported'
  | 'vendor-certificates.removed';

export interface AuditEntry {
  /** Name of the user, or `portal`. */
  readonly actor: string;
  readonly event: AuditEvent;
  readonly outcome?: 'ok' | 'failed';
  readonly deviceId?: string | null;
  readonly operationId?: string | null;
  /** Facts worth keeping; never a PIN, PUK or key, and nothing sealed. */
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
}

/** Appends to the audit log. In a transaction it stands or falls with what it reports. */
export async function record(db: Database, entry: AuditEntry): Promise<void> {
  const { actor, event, outcome = 'ok', deviceId = null, operationId = null, detail = {} } = entry;
  await db.insert(audit).values({ actor, event, outcome, deviceId, operationId, detail: { ...detail } });
}

/** The newest entries, newest first; `before` is the id of the last entry of the page before. */
export async function listAudit(db: Database, limit: number, before: number | undefined) {
  const condition = before === undefined ? undefined : lt(audit.id, before);
  return db.select().from(audit).where(condition).orderBy(desc(audit.id)).limit(limit);
}
