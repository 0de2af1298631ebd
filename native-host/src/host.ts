import { isCardwrightError } from '@cardwright/protocol';
import type { LogLevel } from '@cardwright/protocol/policy';
import { createCardServices } from './commands/card-services.js';
import { systemClock, type Clock } from './clock.js';
import type { HidBinding } from './hid/binding.js';
import { PcscError, type PcscBinding } from './pcsc/binding.js';
import { codeDigits, isOfAnotherProgram } from './pcsc/pcsc-error.js';
import type { HostSession } from './server/host-session.js';
import { Log } from './server/log.js';
import type { Send } from './server/receiver.js';
import { HostServer } from './server/server.js';
import { ApduTrace } from './trace/apdu-trace.js';

/** The parts of a host for one page session. */
export interface HostOptions {
  /** Loads the PC/SC library on the first use of readers. */
  readonly loadBinding: () => Promise<PcscBinding>;
  /**
   * Loads the library for USB HID when authenticators are first searched there. Resolves with undefined if the library is not available. Default: USB
   * HID is not searched.
   */
  readonly loadHid?: (() => Promise<HidBinding | undefined>) | undefined;
  /** Sends each JSON-RPC message of the host to the extension. */
  readonly send: Send;
  /** Ends the process of the host, or whatever runs the host instead, at once: a card that never answers cannot be released in another way. */
  readonly die: () => void;
  /** The host's log. Default: a log that writes to standard error. */
  readonly log?: Log | undefined;
  /** Names the programs that may use cards, with their process ids, for the log. Default: the log names none. */
  readonly cardUsers?: (() => readonly string[]) | undefined;
  /** The host's clock. Default: the system's clock. */
  readonly clock?: Clock | undefined;
  /** Called when `initialize` is answered, with the log level of the administrator's policy; null if the policy sets no level. */
  readonly onLogLevel?: ((level: LogLevel | null) => void) | undefined;
  /** The page session. Default: a new session, which expects an `initialize`. */
  readonly session?: HostSession | undefined;
}

/**
 * Creates a host for one page session, over any transport. Pass each parsed message of the extension to the server's `receive`, and call the
 * server's `close` when the page is gone.
 *
 * @example
 * const host = await createHostServer({ loadBinding, send: (message) => toExtension(message), die: () => process.exit(1) });
 * host.receive({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
 */
export function createHostServer(options: HostOptions): Promise<HostServer> {
  const { loadBinding, loadHid, send, die, log = new Log(), clock = systemClock, onLogLevel, session } = options;
  const { cardUsers = () => [] } = options;
  const trace = new ApduTrace((params) => send({ jsonrpc: '2.0', method: '$/apdu', params }), clock);
  const onTrouble = (error: unknown): void => logTrouble(log, error, cardUsers);
  const services = createCardServices(loadBinding, onTrouble, clock, (reader) => trace.watch(reader), loadHid);
  return HostServer.create(services, send, die, { log, clock, trace, onLogLevel }, session);
}

/**
 * Logs an error without its message, which could contain a secret. Only a `PcscError` is logged with its message: the binding writes this
 * message, and puts no secret into it. An error that another program has caused is logged with the programs that may have done so, because they may
 * be gone when someone runs `doctor`.
 */
function logTrouble(log: Log, error: unknown, cardUsers: () => readonly string[]): void {
  const programs = isOfAnotherProgram(error) ? cardUsers() : [];
  const suspects = programs.length > 0 ? { programs: programs.join(', ') } : {};
  const cause = error instanceof Error && error.cause instanceof PcscError ? error.cause : error;
  if (cause instanceof PcscError)
    log.write('pcsc', { code: codeDigits(cause), problem: cause.message, ...suspects }, 'warn');
  else if (isCardwrightError(error)) log.write('card', { code: error.code }, 'warn');
  else log.write('card', { problem: error instanceof Error ? error.name : typeof error }, 'warn');
}
