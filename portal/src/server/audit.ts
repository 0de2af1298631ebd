import type { AuditEvent, AuditRow } from '@cardwright/cms/store';
import { and, desc, lt } from 'drizzle-orm';
import type { Reach } from './rights.js';
import type { Database } from './store/database.js';
import { reachesEntry } from './store/reach.js';
import { audit } from './store/schema.js';

/** Events that the portal itself records in the audit log, besides the events of the card management (`AuditEvent`). */
export type PortalEvent =
  | 'login'
  | 'login.renewed'
  | 'logout'
  | 'groups.changed'
  | 'operator.made'
  | 'roles.changed'
  | 'support-file.added'
  | 'support-file.removed';

export interface AuditEntry {
  /** Name of the user who acted. If no logged-in user acted, `portal`, `anonymous` (for a failed login) or `command line`. */
  readonly actor: string;
  readonly event: PortalEvent | AuditEvent;
  readonly outcome?: AuditRow['outcome'];
  readonly deviceId?: string | null;
  readonly operationId?: string | null;
  readonly detail?: AuditRow['detail'];
}

/** Appends an entry to the audit log. If `db` is a transaction, the entry is committed or rolled back with it. */
export async function record(db: Database, entry: AuditEntry): Promise<void> {
  const { actor, event, outcome = 'ok', deviceId = null, operationId = null, detail = {} } = entry;
  await db.insert(audit).values({ actor, event, outcome, deviceId, operationId, detail: { ...detail } });
}

/** Lists at most `limit` entries that a right reaches, newest first. `before` is the id of the last entry on the previous page; undefined for the first page. */
export async function listAudit(db: Database, reach: Reach, limit: number, before: number | undefined) {
  const condition = and(before === undefined ? undefined : lt(audit.id, before), reachesEntry(db, reach));
  return db.select().from(audit).where(condition).orderBy(desc(audit.id)).limit(limit);
}
