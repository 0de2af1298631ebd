import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID } from '@cardwright/protocol';
import { systemClock } from './clock.js';
import { withHidKeys } from './devices/hid-keys.js';
import { createHostServer } from './host.js';
import { loadHidBinding } from './hid/load-binding.js';
import { LogFile } from './logs/log-file.js';
import type { PcscBinding } from './pcsc/binding.js';
import { loadBinding } from './pcsc/load-binding.js';
import { Log, writeToStandardError } from './server/log.js';
import { serve } from './server/serve.js';
import { thisSystem } from './system/system.js';

const OUR_ORIGIN = `chrome-extension://${CHROMIUM_EXTENSION_ID}`;

/**
 * Serves the page session for which a browser has started this process. Browsers admit only extensions that the manifest names; anyone who
 * starts the host in another way is held to the same list.
 *
 * @param args the browser's arguments: the caller's origin (Chromium), or manifest and extension id (Firefox)
 * @param write writes to the guarded standard output
 */
export async function serveBrowser(args: readonly string[], write: (frame: Buffer) => Promise<void>): Promise<void> {
  const file = new LogFile(thisSystem, (reason) => writeToStandardError(`The host's log is not written: ${reason}`));
  const log = new Log((line, level) => {
    writeToStandardError(line);
    file.append(line, level);
  });
  if (!isOurExtension(args)) {
    log.write('extension not served', {}, 'warn');
    process.exitCode = 1;
    return;
  }
  await serve(
    (send, die) =>
      createHostServer({
        loadBinding: loadBindings,
        loadHid: loadHidBinding,
        send,
        die,
        log,
        onLogLevel: (level) => file.ask(level),
      }),
    write,
    log,
  );
}

function isOurExtension([first = '', second]: readonly string[]): boolean {
  if (first.startsWith('chrome-extension:')) return first.replace(/\/$/, '') === OUR_ORIGIN;
  return second === FIREFOX_EXTENSION_ID;
}

/** PC/SC, and the security keys that are in no reader. */
const loadBindings = async (): Promise<PcscBinding> => withHidKeys(await loadBinding(), loadHidBinding, systemClock);
