import { operationId } from '@cardwright/protocol/schemas';
import * as v from 'valibot';
import type { OperatorDevice } from '../../devices/device-description.js';
import type { OperationTimeline } from '../../devices/operation-timeline.js';
import type { OperatorPasskey } from '../../devices/passkey-description.js';
import type { AuditRow } from '../../store/operation-log.js';
import { ID, of, type RouteTable } from './route.js';

/** Contents of the operator's pages of one device and of one operation. */
export const DEVICE_PAGE_ROUTES = {
  'GET /api/operator/devices/{id}': {
    who: 'see-devices',
    takes: v.object({ parameters: ID }),
    answer: v.object({
      device: of<OperatorDevice>(),
      /** Passkeys that are still at their services, even if they are due for removal; oldest first. */
      passkeys: of<readonly OperatorPasskey[]>(),
      /** The newest operations on the device, newest first. */
      operations: of<readonly OperationTimeline[]>(),
      /** Set if there are older operations. */
      hasMore: v.boolean(),
      /** Newest entries of the audit log on the device that belong to no operation, newest first. */
      history: of<readonly AuditRow[]>(),
    }),
    errors: ['DEVICE_STATE'],
    sentence: 'Tells all of one device.',
  },
  'GET /api/operator/operations/{id}': {
    who: 'see-devices',
    takes: v.object({ parameters: v.strictObject({ id: operationId }) }),
    answer: v.object({ operation: of<OperationTimeline>() }),
    errors: ['OPERATION_NOT_FOUND'],
    sentence: 'Tells the course of an operation.',
  },
} as const satisfies RouteTable;
