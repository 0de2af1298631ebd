import type { AuditEvent } from '../audit-event.js';
import type { AuditRow, Certificate, Device, Escrow, Notice, Passkey, WaitingWork } from './rows.js';

/**
 * An entry for the audit log. `Records.record` adds the time. Members that are left out have these values: the outcome `ok`, the operation of
 * the call, no device, and no detail.
 */
export interface AuditEntry {
  readonly actor: string;
  readonly event: AuditEvent;
  readonly outcome?: AuditRow['outcome'];
  readonly deviceId?: string | null;
  readonly operationId?: string | null;
  readonly detail?: AuditRow['detail'];
}

/** Collects the rows that a call changes. They are written together when the call ends. Of several rows with the same id, the last one counts. */
export interface ChangeLog {
  /** The time of the call. */
  readonly now: Date;
  /** The operation of the call; null if the call is about none. */
  readonly operationId: string | null;
  putDevice(row: Device): void;
  putEscrow(row: Escrow): void;
  putCertificate(row: Certificate): void;
  putPasskey(row: Passkey): void;
  putNotice(row: Notice): void;
  putWork(row: WaitingWork): void;
  /** Appends an entry to the audit log. The entry is kept or rolled back together with the change that it reports. */
  record(entry: AuditEntry): void;
}
