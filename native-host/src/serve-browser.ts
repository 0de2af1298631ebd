import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID } from '@cardwright/protocol/identity';
import { DamagedHost } from './server/damaged-host.js';
import { answerFirst } from './server/greeting.js';
import { Log, writeToStandardError, type LogSink } from './server/log.js';
import { serve } from './server/serve.js';
import { makeSessionKey } from './server/session-key.js';
import { useCompileCache } from './system/compile-cache.js';
import { thisSystem } from './system/system.js';

const OUR_ORIGIN = `chrome-extension://${CHROMIUM_EXTENSION_ID}`;

/**
 * Serves the page session for which a browser has started this process. Browsers start the host only for extensions that the manifest names. The host
 * checks this again, because it can be started in other ways.
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
  if (!isOurExtension(args)) {
    log.write('extension not served', {}, 'warn');
    process.exitCode = 1;
    const { openLogFile } = await import('./browser-session.js');
    const file = openLogFile();
    lines.passTo((line, level) => file.append(line, level));
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
        return new DamagedHost(send);
      }
    },
    log,
  });
}

function isOurExtension([first = '', second]: readonly string[]): boolean {
  if (first.startsWith('chrome-extension:')) return first.replace(/\/$/, '') === OUR_ORIGIN;
  return second === FIREFOX_EXTENSION_ID;
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
