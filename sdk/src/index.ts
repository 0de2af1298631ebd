/**
 * What the page of a CMS imports: `connect()` and a typed client, the relay of operations, and ready-made screens.
 *
 * @example
 * import '@cardwright/sdk';
 * document.querySelector('cardwright-add-device').open();
 */
export { Client } from './client.js';
export { Cms, type CmsOptions, type CmsRequest } from './cms.js';
export { connect, requestAccess, type ConnectOptions } from './connect.js';
export { AddDevice, type OpenOptions } from './elements/add-device.js';
export { Dialog } from './elements/dialog.js';
export { ErrorPane } from './elements/error-pane.js';
export type { Issued } from './elements/pane.js';
export { chooseText, describe, languageOf, reasonOf, type Text } from './elements/text.js';
export { buttons, theme } from './elements/theme.js';
export type { Preference } from './elements/wanted-device.js';
export { runOperation, type OperationOptions, type OperationStatus } from './operation.js';
export type { PageWindow, RequestOptions } from './page-port.js';
