/** What tests take from here. */
export { layOutHost } from './parts/host-folder.js';
export { PACKAGES } from './packages.js';
export type { Package, PackagingContext } from './package.js';
export { packExtension, whatToKnow } from './packages/extension.js';
export { readExtensionSettings, type ExtensionSettings } from './packages/extension/settings.js';
