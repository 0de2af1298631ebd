/**
 * Ready-made screens, as custom elements made with Lit: importing this registers them.
 *
 * @example
 * import '@cardwright/sdk/elements';
 * document.querySelector('cardwright-add-device').open();
 */
export { AddDevice, type OpenOptions } from './elements/add-device.js';
export { AddMobile } from './elements/add-mobile/add-mobile.js';
export { Dialog } from './elements/dialog.js';
export { ErrorPane } from './elements/error-pane.js';
export type { HelpDesk } from '@cardwright/protocol';
export type { Issued } from './elements/pane.js';
export { chooseText, describe, languageOf, reasonOf, type Text } from './elements/text.js';
export { buttons, theme } from './elements/theme.js';
export type { Preference } from './elements/wanted-device.js';
