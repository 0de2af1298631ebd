import type { LitElement } from 'lit';
import { AuditLog } from './audit-log.js';
import { DeviceTable } from './device-table.js';
import { PolicyList } from './policy-list.js';

/** A page behind a tab. */
interface OperatorPage {
  /** Tells pages apart, and begins with no digit. */
  readonly name: string;
  /** Reads for itself what it shows. */
  readonly element: new () => LitElement;
}

/** The operator's pages, in the order of their tabs. The first is there when the operator comes. */
export const OPERATOR_PAGES = [
  { name: 'devices', element: DeviceTable },
  { name: 'policy', element: PolicyList },
  { name: 'audit', element: AuditLog },
] as const satisfies readonly OperatorPage[];
