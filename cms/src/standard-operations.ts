import { changePin } from './change-pin/change-pin.js';
import { erase } from './erase/erase.js';
import { issue } from './issue/issue.js';
import type { OperationDefinition } from './operations/definition.js';
import { proveOwner } from './prove-owner/prove-owner.js';
import { unlock } from './unlock/unlock.js';

/** The operations of this package. A CMS offers them unless it names its own. */
export const STANDARD_OPERATIONS: readonly OperationDefinition[] = [issue, changePin, unlock, erase, proveOwner];
