import { operationId } from '@cardwright/protocol/schemas';
import { MAX_BUNDLE_LENGTH, supportBundle, type SupportBundle } from '@cardwright/protocol/trace';
import * as v from 'valibot';
import type { OperatorDevice } from '../../devices/device-description.js';
import type { OperationTimeline } from '../../devices/operation-timeline.js';
import type { OperatorPasskey } from '../../devices/passkey-description.js';
import type { SupportSummary } from '../../devices/support-summary.js';
import type { AuditRow } from '../../store/operation-log.js';
import type { SupportFile } from '../../store/support-files.js';
import { ID, of, sends, uuid, type RouteTable } from './route.js';

const file = v.object({ parameters: v.strictObject({ id: uuid, file: uuid }) });
/** Schema of a support file, which the operator's page has read and sends as JSON. */
const bundle: v.GenericSchema<object, SupportBundle> = v.pipe(
  of<object>(),
  supportBundle,
  v.description('`SupportBundle`'),
);
const summary: v.GenericSchema<SupportSummary> = v.pipe(of<SupportSummary>(), v.description('`SupportSummary`'));

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
      files: of<readonly SupportFile[]>(),
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
  'POST /api/operator/devices/{id}/support-files': {
    who: 'keep-support-files',
    bound: 'change',
    takes: v.object({ parameters: ID, body: bundle }),
    answer: v.object({ file: of<SupportFile>() }),
    errors: ['DEVICE_STATE', 'MESSAGE_TOO_LARGE'],
    // `MAX_BUNDLE_LENGTH` counts UTF-16 code units, and this limit counts bytes. A bundle is almost all ASCII, so the two numbers are almost
    // equal.
    bodyLimit: MAX_BUNDLE_LENGTH,
    isFile: true,
    sentence: 'Adds a support file to a device.',
  },
  'GET /api/operator/devices/{id}/support-files/{file}': {
    who: 'see-support-files',
    takes: file,
    answer: summary,
    errors: ['DEVICE_STATE'],
    sentence: 'Summarises a support file.',
  },
  'GET /api/operator/devices/{id}/support-files/{file}/download': {
    who: 'see-support-files',
    takes: file,
    answer: sends('application/octet-stream'),
    errors: ['DEVICE_STATE'],
    sentence: 'Sends a support file, as an attachment.',
  },
  'DELETE /api/operator/devices/{id}/support-files/{file}': {
    who: 'keep-support-files',
    bound: 'change',
    takes: file,
    answer: v.object({}),
    errors: ['DEVICE_STATE'],
    sentence: 'Removes a support file.',
  },
} as const satisfies RouteTable;
