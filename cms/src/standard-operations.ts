import { changePin } from './change-pin/change-pin.js';
import { erase } from './erase/erase.js';
import { issue } from './issue/issue.js';
import type { OperationDefinition } from './operations/definition.js';
import { proveOwner } from './prove-owner/prove-owner.js';
import { unlock } from './unlock/unlock.js';

export { changePin, erase, issue, proveOwner, unlock };

/** The operations of this package, in the order of their buttons. A CMS offers them unless it names its own. */
export const STANDARD_OPERATIONS: readonly OperationDefinition[] = [issue, changePin, unlock, erase, proveOwner];
