import { createCardServices } from './commands/card-services.js';
import { systemClock, type Clock } from './clock.js';
import { PcscError, type PcscBinding } from './pcsc/binding.js';
import type { Send } from './server/connection.js';
import { Log } from './server/log.js';
import { HostServer } from './server/server.js';
import { ApduTrace } from './trace/apdu-trace.js';

/** What a host for one page session is made of. */
export interface HostOptions {
  /** Loads the PC/SC library, when readers are first asked for. */
  readonly loadBinding: () => Promise<PcscBinding>;
  /** Takes each JSON-RPC message of the host to the extension. */
  readonly send: Send;
  /** Ends the process, or whatever stands for it, at once: a card that never answers cannot be released in another way. */
  readonly die: () => void;
  /** Default: standard error. */
  readonly log?: Log | undefined;
  /** Default: the system's. */
  readonly clock?: Clock | undefined;
}

/**
 * A host for one page session, whatever carries its messages: `receive` takes each message of the extension as it was
 * parsed, `close` ends the session when the page is gone.
 *
 * @example
 * const host = await createHostServer({ loadBinding, send: (message) => toExtension(message), die: () => process.exit(1) });
 * host.receive({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
 */
export function createHostServer(options: HostOptions): Promise<HostServer> {
  const { loadBinding, send, die, log = new Log(), clock = systemClock } = options;
  const trace = new ApduTrace((params) => send({ jsonrpc: '2.0', method: '$/apdu', params }), clock);
  const onTrouble = (error: unknown): void => logTrouble(log, error);
  const services = createCardServices(loadBinding, onTrouble, clock, (reader) => trace.watch(reader));
  return HostServer.create(services, send, die, { log, clock, trace });
}

/** Names and return codes alone: a message of an unknown error could hold anything. */
function logTrouble(log: Log, error: unknown): void {
  if (error instanceof PcscError) log.write('pcsc', { code: `0x${error.code.toString(16)}`, problem: error.message });
  else log.write('card', { problem: error instanceof Error ? error.name : typeof error });
}
