/**
 * What others may use of the host: registering it with a browser, for the extension that it admits. All else is reached
 * over native messaging.
 */
export { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol';
export { install, installTargets, uninstall, type InstallTarget } from './cli/install.js';
