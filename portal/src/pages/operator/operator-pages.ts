import { FEATURE_PAGES } from '../../features/pages.js';
import type { OperatorPage } from '../operator-page.js';
import { AccountList } from './account-list.js';
import { AuditLog } from './audit-log.js';
import { DeviceTable } from './device-table.js';
import { DifferingDevicesPage } from './differing-devices.js';
import { PolicyList } from './policy-list.js';

/** The operator's pages, in the order of their tabs. Of those that a person may see, the first page opens initially. */
export const OPERATOR_PAGES = [
  { name: 'devices', right: 'see-devices', element: DeviceTable },
  { name: 'policy', right: 'see-policies', element: PolicyList },
  { name: 'differences', right: 'see-devices', element: DifferingDevicesPage },
  { name: 'accounts', right: 'see-accounts', element: AccountList },
  ...FEATURE_PAGES,
  { name: 'audit', right: 'see-audit', element: AuditLog },
] as const satisfies readonly OperatorPage[];
