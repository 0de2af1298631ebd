import type { AuditEvent } from '../audit-event.js';
import type { AuditRow, Certificate, Device, Escrow, Passkey } from './rows.js';

/** What an entry of the audit log says; the rest is known by whoever writes it. */
export interface AuditEntry {
  readonly actor: string;
  readonly event: AuditEvent;
  readonly outcome?: AuditRow['outcome'];
  readonly deviceId?: string | null;
  readonly operationId?: string | null;
  readonly detail?: AuditRow['detail'];
}

/** What is to be written at the end of a call. Of several rows with one id, the last counts. */
export interface ChangeLog {
  /** The time of the call. */
  readonly now: Date;
  putDevice(row: Device): void;
  putEscrow(row: Escrow): void;
  putCertificate(row: Certificate): void;
  putPasskey(row: Passkey): void;
  /** Appends to the audit log. The entry is kept or undone together with what it reports. */
  record(entry: AuditEntry): void;
}
