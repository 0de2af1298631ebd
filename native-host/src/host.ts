import { isCardwrightError, type LogLevel } from '@cardwright/protocol';
import { createCardServices } from './commands/card-services.js';
import { systemClock, type Clock } from './clock.js';
import type { HidBinding } from './hid/binding.js';
import { PcscError, type PcscBinding } from './pcsc/binding.js';
import { codeDigits } from './pcsc/pcsc-error.js';
import type { Send } from './server/connection.js';
import { Log } from './server/log.js';
import { HostServer } from './server/server.js';
import { ApduTrace } from './trace/apdu-trace.js';

/** What a host for one page session is made of. */
export interface HostOptions {
  /** Loads the PC/SC library, when readers are first asked for. */
  readonly loadBinding: () => Promise<PcscBinding>;
  /** Loads the library for USB HID, when an authenticator is looked for there; default: there is none. */
  readonly loadHid?: (() => Promise<HidBinding | undefined>) | undefined;
  /** Takes each JSON-RPC message of the host to the extension. */
  readonly send: Send;
  /** Ends the process, or whatever stands for it, at once: a card that never answers cannot be released in another way. */
  readonly die: () => void;
  /** Default: standard error. */
  readonly log?: Log | undefined;
  /** Default: the system's. */
  readonly clock?: Clock | undefined;
  /** Is told what the administrator's policy has the log keep; null where it says nothing. */
  readonly onLogLevel?: ((level: LogLevel | null) => void) | undefined;
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
  const { loadBinding, loadHid, send, die, log = new Log(), clock = systemClock, onLogLevel } = options;
  const trace = new ApduTrace((params) => send({ jsonrpc: '2.0', method: '$/apdu', params }), clock);
  const onTrouble = (error: unknown): void => logTrouble(log, error);
  const services = createCardServices(loadBinding, onTrouble, clock, (reader) => trace.watch(reader), loadHid);
  return HostServer.create(services, send, die, { log, clock, trace, onLogLevel });
}

/** Names and codes alone: a message of an unknown error could hold anything. */
function logTrouble(log: Log, error: unknown): void {
  const cause = error instanceof Error && error.cause instanceof PcscError ? error.cause : error;
  if (cause instanceof PcscError) log.write('pcsc', { code: codeDigits(cause), problem: cause.message }, 'warn');
  else if (isCardwrightError(error)) log.write('card', { code: error.code }, 'warn');
  else log.write('card', { problem: error instanceof Error ? error.name : typeof error }, 'warn');
}
