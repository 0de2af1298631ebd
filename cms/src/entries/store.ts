/** The interface of a store, its rows, and what a CMS reads and writes through it. */
export type { AuditEvent } from '../audit-event.js';
export type { DeviceRecord } from '../store/device-record.js';
export type { NoticeKind } from '../rules/device-notices.js';
export { inTransaction } from '../store/in-transaction.js';
export type { CommandResult, OperationEvent, OperationHappening } from '../store/operation-event.js';
export { Records } from '../store/records.js';
export type * from '../store/rows.js';
export type * from '../store/store.js';
