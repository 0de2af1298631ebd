/**
 * Entry point for the page of a CMS: `connect()` with a typed client, the relay of operations, and the errors that both can throw. This
 * module registers no custom elements: the ready-made screens are in `@cardwright/sdk/elements`.
 *
 * @example
 * import { connect, isCardwrightError } from '@cardwright/sdk';
 * try {
 *   const client = await connect();
 * } catch (error) {
 *   if (isCardwrightError(error, 'SITE_NOT_GRANTED')) askForAccess(error.data.consent);
 * }
 */
export {
  CardwrightError,
  describeError,
  isCardwrightError,
  type ErrorCode,
  type ErrorData,
  type ErrorWords,
} from '@cardwright/protocol';
export type { Eligibility, OperationAnswer, OperationPhase } from '@cardwright/protocol/cms';
export type { DeviceInfo, DeviceListing } from '@cardwright/protocol/devices';
export { Client } from './client.js';
export { CmsClient, type CmsClientOptions, type CmsRequest } from './cms-client.js';
export { connect, requestAccess, type AccessOptions, type ConnectOptions } from './connect.js';
export { explainError } from './explain-error.js';
export { showTrace } from './show-trace.js';
export { offerSupportBundle } from './support-bundle.js';
export { runOperation, type OperationAbout, type OperationOptions, type OperationProgress } from './operation.js';
export type { PageWindow, RequestOptions } from './page-port.js';
