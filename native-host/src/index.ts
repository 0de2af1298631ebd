/**
 * The public parts of the host: registration with a browser, for the extension that it admits, and a host in one's own process, over a
 * PC/SC binding of one's own.
 */
export { CHROMIUM_EXTENSION_ID, HOST_NAME } from '@cardwright/protocol/identity';
export { computerPlaces, manifestText, type ComputerPlace } from './browsers/host-manifest.js';
export { LAUNCHER_NAME, PACKAGED_LAUNCHER } from './browsers/launcher.js';
export { BROWSER_LOCATIONS, type BrowserLocation, type ManifestFlavour } from './browsers/locations.js';
export { install, uninstall } from './cli/install.js';
export { installTargets, type InstallTarget } from './cli/install-targets.js';
export { type AfterOptions, type Cancel, type Clock } from './clock.js';
export { createHostServer, type HostOptions } from './host.js';
export {
  PCSC_CODE,
  PcscError,
  type CardProtocol,
  type PcscBinding,
  type PcscCard,
  type PcscContext,
  type PcscListener,
  type ReaderStatus,
} from './pcsc/binding.js';
export { encodeFrame, FrameReader } from './server/framing.js';
export { Log, type LogFields } from './server/log.js';
export { type HostServer } from './server/server.js';
