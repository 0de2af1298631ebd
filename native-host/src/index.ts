/** The public parts of the host around it: registration with a browser, for the extension that it admits, and frames of messages. */
export { CHROMIUM_EXTENSION_ID, HOST_NAME } from '@cardwright/protocol/identity';
export { computerPlaces, manifestText, type ComputerPlace } from './browsers/host-manifest.js';
export { LAUNCHER_NAME, PACKAGED_LAUNCHER } from './browsers/launcher.js';
export { BROWSER_LOCATIONS, type BrowserLocation, type ManifestFlavour } from './browsers/locations.js';
export { install, uninstall } from './cli/install.js';
export { installTargets, type InstallTarget } from './cli/install-targets.js';
export { encodeFrame, FrameReader } from './server/framing.js';
