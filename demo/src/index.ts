/** The stage that the demo and the tests share: private readers, virtual cards, the portal, a browser. */
export { startPrivatePcscd, type PrivatePcscd, type PrivatePcscdOptions } from './private-pcscd.js';
export type { VirtualReader } from './reader-configuration.js';
export { TiedProcess, type TiedProcessOptions } from './tied-process.js';
export { onProcessEnd } from './process-end.js';
