/** Entry of the package for programs around the host: registering the host with browsers, and framing its messages. */
export { CHROMIUM_EXTENSION_ID, HOST_NAME } from '@cardwright/protocol/identity';
export { joinIds, parseExtensionIds } from './browsers/extension-ids.js';
export { ID_LIST_FILE } from './browsers/obeyed-ids.js';
export { computerPlaces, manifestText, type ComputerPlace } from './browsers/host-manifest.js';
export { LAUNCHER_NAME, PACKAGED_LAUNCHER } from './browsers/launcher.js';
export { BROWSER_LOCATIONS, type BrowserLocation, type ManifestFlavour } from './browsers/locations.js';
export { install, uninstall } from './cli/install.js';
export { installTargets, type InstallTarget } from './cli/install-targets.js';
export { encodeFrame, FrameReader } from './server/framing.js';
export { BUILT_IN_IDS, type ExtensionIds } from './system/caller.js';
