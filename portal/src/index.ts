/** What others start a portal with, and the shapes that its pages read. */
export { readConfiguration, type Configuration } from './server/configuration.js';
export type { DeviceDescription } from './server/devices/device-description.js';
export type { DevicePolicy, FactorySecrets } from './server/devices/device-policy.js';
export type { StoredPolicy } from './server/devices/policy-store.js';
export { startPortal, type Portal } from './server/portal.js';
