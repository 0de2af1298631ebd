import { idsOf, readIdLists } from './browsers/obeyed-ids.js';
import { cardUsers } from './checks/card-users.js';
import { loadBindings } from './devices/load-bindings.js';
import { createHostServer } from './host.js';
import { loadHidBinding } from './hid/load-binding.js';
import { LogFile } from './logs/log-file.js';
import type { FirstAnswer } from './server/greeting.js';
import { HostSession } from './server/host-session.js';
import { writeToStandardError, type Log } from './server/log.js';
import type { Receiver, Send } from './server/receiver.js';
import type { SessionKey } from './server/session-key.js';
import type { ExtensionIds } from './system/caller.js';
import { thisSystem, type System } from './system/system.js';

/** Returns this account's log file, which is opened when its first line is written. If logging ends, writes the reason to standard error. */
export const openLogFile = (): LogFile =>
  new LogFile(thisSystem, (reason) => writeToStandardError(`The host's log is not written: ${reason}`));

/** Returns the ids of the extensions that a host obeys. @param programFolder folder of the host's main file */
export const readObeyedIds = async (system: System, programFolder: string): Promise<ExtensionIds> =>
  idsOf(await readIdLists(system, programFolder));

/** The inputs of `openSession`. */
export interface Opening {
  readonly key: SessionKey;
  /** Answer that the page was already sent; null if the page's first message was not an `initialize` that the host accepts. */
  readonly first: FirstAnswer | null;
  readonly send: Send;
  readonly die: () => void;
  readonly log: Log;
  readonly file: LogFile;
}

/** Creates the host of a page session that a browser has started. The session is initialized if `first` is the answer to an `initialize`. */
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
    cardUsers: () => cardUsers(thisSystem),
    onLogLevel: (level) => file.ask(level),
    session,
  });
}
