import { loadBindings } from './devices/load-bindings.js';
import { createHostServer } from './host.js';
import { loadHidBinding } from './hid/load-binding.js';
import { LogFile } from './logs/log-file.js';
import type { FirstAnswer } from './server/greeting.js';
import { HostSession } from './server/host-session.js';
import { writeToStandardError, type Log } from './server/log.js';
import type { Receiver, Send } from './server/receiver.js';
import type { SessionKey } from './server/session-key.js';
import { thisSystem } from './system/system.js';

/** Opens this account's log file. */
export const openLogFile = (): LogFile =>
  new LogFile(thisSystem, (reason) => writeToStandardError(`The host's log is not written: ${reason}`));

/** A page session whose code is not loaded yet. */
export interface Opening {
  readonly key: SessionKey;
  /** Answer that the page was already sent; null if its first message was not an acceptable `initialize`. */
  readonly first: FirstAnswer | null;
  readonly send: Send;
  readonly die: () => void;
  readonly log: Log;
  readonly file: LogFile;
}

/** Creates the host of a page session that a browser has started. */
export async function openSession({ key, first, send, die, log, file }: Opening): Promise<Receiver> {
  const session = await HostSession.create(key);
  if (first) {
    session.initialize(first.peer);
    file.ask(first.peer.policy.logLevel);
  }
  return createHostServer({
    loadBinding: loadBindings,
    loadHid: loadHidBinding,
    send,
    die,
    log,
    onLogLevel: (level) => file.ask(level),
    session,
  });
}
