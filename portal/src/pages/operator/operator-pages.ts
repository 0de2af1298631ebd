import type { LitElement } from 'lit';
import { AuditLog } from './audit-log.js';
import { DeviceTable } from './device-table.js';
import { PolicyList } from './policy-list.js';

/** A page behind a tab. */
interface OperatorPage {
  /** Unique name of the page, from which the id of its tab is made. */
  readonly name: string;
  /** The element of the page, which loads its own content. */
  readonly element: new () => LitElement;
}

/** The operator's pages, in the order of their tabs. The first page opens initially. */
export const OPERATOR_PAGES = [
  { name: 'devices', element: DeviceTable },
  { name: 'policy', element: PolicyList },
  { name: 'audit', element: AuditLog },
] as const satisfies readonly OperatorPage[];
