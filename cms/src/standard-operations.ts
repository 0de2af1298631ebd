import { changePin } from './change-pin/change-pin.js';
import { erase } from './erase/erase.js';
import { issue } from './issue/issue.js';
import type { OperationDefinition } from './operations/definition.js';
import { proveOwner } from './prove-owner/prove-owner.js';
import { renew } from './renew/renew.js';
import { unlock } from './unlock/unlock.js';

export { changePin, erase, issue, proveOwner, renew, unlock };

/**
 * The operations of this package. Owners are offered some of them (`Cms.offers`), in this order. A CMS has these operations if
 * `CmsOptions.operations` is left out.
 */
export const STANDARD_OPERATIONS: readonly OperationDefinition[] = [issue, renew, changePin, unlock, erase, proveOwner];
