import { addPasskey } from './add-passkey/add-passkey.js';
import { changeFidoPin } from './change-fido-pin/change-fido-pin.js';
import { changePin } from './change-pin/change-pin.js';
import { erase } from './erase/erase.js';
import { issue } from './issue/issue.js';
import type { OperationDefinition } from './operations/definition.js';
import { proveOwner } from './prove-owner/prove-owner.js';
import { removePasskey } from './remove-passkey/remove-passkey.js';
import { renew } from './renew/renew.js';
import { unlock } from './unlock/unlock.js';
import { update } from './update/update.js';

export { addPasskey, changeFidoPin, changePin, erase, issue, proveOwner, removePasskey, renew, unlock, update };

/**
 * The operations of this package. Owners are offered some of them (`Cms.offers`), in this order. A CMS has these operations if
 * `CmsOptions.operations` is left out.
 */
export const STANDARD_OPERATIONS: readonly OperationDefinition[] = [
  issue,
  renew,
  update,
  changePin,
  unlock,
  addPasskey,
  removePasskey,
  changeFidoPin,
  erase,
  proveOwner,
];
