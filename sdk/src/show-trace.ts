import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { askExtension } from './ask-extension.js';
import type { ConnectOptions } from './connect.js';

/**
 * Opens the extension's inspector for this site, in a tab of its own. The inspector shows the site's last failures, and its messages from now
 * on. Call this function right after a click. It works without a session, and also if `connect()` fails. The page learns nothing of what the
 * inspector shows.
 *
 * @throws CardwrightError `WINDOW_NOT_ALLOWED` without a click, in the background, or while a window of the extension is open; `RATE_LIMITED`
 *   within 5 s of the last tab; `SITE_NOT_GRANTED` if policy blocks the site; `VERSION_MISMATCH` if the extension is too old to have an
 *   inspector; `EXTENSION_MISSING`, `INSECURE_CONTEXT`, `CANCELLED`
 * @example
 * button.addEventListener('click', () => void showTrace());
 */
export async function showTrace(options: ConnectOptions = {}): Promise<void> {
  try {
    await askExtension('diagnostics.showTrace', options);
  } catch (error) {
    // An extension that is too old to know this command demands a session first, as for any command.
    throw isCardwrightError(error, 'NOT_INITIALIZED')
      ? new CardwrightError('VERSION_MISMATCH', { update: 'extension' })
      : error;
  }
}
