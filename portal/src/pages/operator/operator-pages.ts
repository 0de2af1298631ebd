import type { LitElement } from 'lit';
import type { Right } from '../rights.js';
import { AccountList } from './account-list.js';
import { AuditLog } from './audit-log.js';
import { DeviceTable } from './device-table.js';
import { DifferingDevicesPage } from './differing-devices.js';
import { ExpiryList } from './expiry-list.js';
import { PolicyList } from './policy-list.js';

/** The element of a page. */
export interface PageContent extends LitElement {
  /** True if the page has entries that would be lost if another page were shown. Left out by pages without entries. */
  readonly hasUnsaved?: boolean;
}

/** A page behind a tab. */
interface OperatorPage {
  /** Unique name of the page, from which the id of its tab is made. */
  readonly name: string;
  /** The right without which the page has nothing to show. */
  readonly right: Right;
  /** The element of the page, which loads its own content. */
  readonly element: new () => PageContent;
}

/** The operator's pages, in the order of their tabs. Of those that a person may see, the first page opens initially. */
export const OPERATOR_PAGES = [
  { name: 'devices', right: 'see-devices', element: DeviceTable },
  { name: 'policy', right: 'see-policies', element: PolicyList },
  { name: 'differences', right: 'see-devices', element: DifferingDevicesPage },
  { name: 'accounts', right: 'see-accounts', element: AccountList },
  { name: 'expiry', right: 'see-expiry-dates', element: ExpiryList },
  { name: 'audit', right: 'see-audit', element: AuditLog },
] as const satisfies readonly OperatorPage[];
