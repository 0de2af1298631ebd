/**
 * Ready-made screens, as custom elements built with Lit. Importing this module registers the elements.
 *
 * @example
 * import '@cardwright/sdk/elements';
 * document.querySelector('cardwright-add-device').open();
 */
export { AddDevice } from './elements/add-device.js';
export { AddMobile } from './elements/add-mobile/add-mobile.js';
export { ChangePin } from './elements/change-pin.js';
export { Dialog } from './elements/dialog.js';
export { ErrorPane } from './elements/error-pane.js';
export type { HelpDesk } from '@cardwright/protocol/policy';
export { OperationElement } from './elements/operation.js';
export { OperationWizard, type OpenOptions } from './elements/operation-wizard.js';
export type { Done } from './elements/operations/definition.js';
export { chooseText, describe, loadText, nameOfModel, reasonOf, type Text } from './elements/text.js';
export { buttons, theme } from './elements/theme.js';
export { Unlock } from './elements/unlock.js';
export { Erase } from './elements/erase.js';
export type { Preference } from './elements/wanted-device.js';
