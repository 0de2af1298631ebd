import type { AuditEvent, AuditRow } from '@cardwright/cms/store';
import type { Access } from './access.js';
import { insertAudit } from './store/audit-rows.js';
import type { Database } from './store/database.js';

/** Events that the portal itself records in the audit log, besides the events of the card management (`AuditEvent`). */
export type PortalEvent =
  | 'login'
  | 'login.renewed'
  | 'login.second-factor'
  | 'logout'
  | 'session.ended'
  | 'audit.exported'
  | 'groups.changed'
  | 'operator.made'
  | 'roles.changed'
  | 'password.changed'
  | 'password.set'
  | 'password-link.made'
  | 'sign-in-passkey.added'
  | 'sign-in-passkey.renamed'
  | 'sign-in-passkey.removed'
  | 'account.added'
  | 'account.disabled'
  | 'account.enabled'
  | 'account.confirmed'
  | 'account.deleted'
  | 'person.left'
  | 'person.returned'
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
  /** Account that the entry is about: whose sign-in, session, roles or account. */
  readonly personId?: string | null;
  /** Way by which someone tried to sign in; by default the way of the session of the request under way. */
  readonly way?: Access['way'];
}

/**
 * Appends entries to the audit log. If `db` is a transaction, the entries are committed or rolled back with it. Each entry gets the address, the way
 * of sign-in and the session of the request under way.
 */
export async function record(db: Database, ...entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length > 0) await insertAudit(db, entries);
}
