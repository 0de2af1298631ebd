/** Entry point for programs that start a portal. Also exports the types that the portal's pages read. */
export type { DevicePolicy, FactorySecrets, StoredPolicy } from '@cardwright/cms/policies';
export { readConfiguration, type Configuration } from './server/settings/configuration.js';
export type { DeviceDescription } from './server/devices/device-description.js';
export { startPortal, type Portal } from './server/portal.js';
