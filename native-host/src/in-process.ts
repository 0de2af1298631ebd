/**
 * Entry of the package for running a host in the caller's own process, over the caller's PC/SC binding. This entry is separate from `index.ts`,
 * because it loads the whole host, which a program that only registers a host does not need.
 */
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
  type ShareMode,
} from './pcsc/binding.js';
export { Log, type LogFields } from './server/log.js';
export { type HostServer } from './server/server.js';
