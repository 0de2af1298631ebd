import path from 'node:path';
import { answerFirst } from './server/greeting.js';
import { Log, writeToStandardError, type LogSink } from './server/log.js';
import { RefusingHost } from './server/refusing-host.js';
import { serve } from './server/serve.js';
import type { Send } from './server/receiver.js';
import { makeSessionKey } from './server/session-key.js';
import { BUILT_IN_IDS, callerOf, isNamedIn, type Caller } from './system/caller.js';
import { useCompileCache } from './system/compile-cache.js';
import { thisSystem } from './system/system.js';

/**
 * Serves the page session for which a browser has started this process. Browsers start the host only for extensions that the manifest names. The host
 * checks again that it obeys the extension, because it can be started in other ways. Any other extension is refused with `HOST_FORBIDDEN`.
 *
 * This file imports only what the first answer needs, because a page waits for it. The other code is loaded afterwards.
 *
 * @param args the browser's arguments: the caller's origin (Chromium), or manifest and extension id (Firefox)
 */
export async function serveBrowser(args: readonly string[]): Promise<void> {
  const lines = new EarlyLines();
  const log = new Log((line, level) => {
    writeToStandardError(line);
    lines.add(line, level);
  });
  const refusal = await refusalOf(callerOf(args), log);
  if (refusal !== null) {
    const open = (_first: unknown, send: Send): Promise<RefusingHost> =>
      Promise.resolve(new RefusingHost(send, refusal));
    const { openLogFile } = await import('./browser-session.js').catch(() => ({ openLogFile: null }));
    const file = openLogFile?.();
    if (file) lines.passTo((line, level) => file.append(line, level));
    await serve({ answerFirst: () => null, open, log });
    return;
  }
  const key = makeSessionKey();
  await serve({
    answerFirst: (message) => answerFirst(message, key.publicKey),
    open: async (first, send, die) => {
      try {
        useCompileCache(thisSystem);
        const { openLogFile, openSession } = await import('./browser-session.js');
        const file = openLogFile();
        const session = await openSession({ key, first, send, die, log, file });
        lines.passTo((line, level) => file.append(line, level));
        return session;
      } catch (error) {
        log.defect('host damaged', error);
        return new RefusingHost(send, 'HOST_DAMAGED');
      }
    },
    log,
  });
}

/**
 * Returns the error with which to refuse a caller; null if the host obeys it. Reads the lists of ids only if the caller's id is not built in, because a
 * page waits.
 */
async function refusalOf(caller: Caller, log: Log): Promise<'HOST_FORBIDDEN' | 'HOST_DAMAGED' | null> {
  if (isNamedIn(BUILT_IN_IDS, caller)) return null;
  try {
    useCompileCache(thisSystem);
    const { readObeyedIds } = await import('./browser-session.js');
    if (isNamedIn(await readObeyedIds(thisSystem, path.dirname(import.meta.filename)), caller)) return null;
    log.write('extension not served', {}, 'warn');
    return 'HOST_FORBIDDEN';
  } catch (error) {
    log.defect('host damaged', error);
    return 'HOST_DAMAGED';
  }
}

/** Keeps log lines until there is a sink for them. Afterwards passes each line to this sink. */
class EarlyLines {
  #lines: Parameters<LogSink>[] = [];
  #sink: LogSink | undefined;

  add(...line: Parameters<LogSink>): void {
    if (this.#sink) this.#sink(...line);
    else this.#lines.push(line);
  }

  passTo(sink: LogSink): void {
    this.#sink = sink;
    for (const line of this.#lines.splice(0)) sink(...line);
  }
}
