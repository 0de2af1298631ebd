/**
 * A host in one's own process, over a PC/SC binding of one's own. It is an entry of its own, because it has everything that a host does,
 * and who registers a host needs nothing of that.
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
} from './pcsc/binding.js';
export { Log, type LogFields } from './server/log.js';
export { type HostServer } from './server/server.js';
