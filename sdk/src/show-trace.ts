import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { askExtension } from './ask-extension.js';
import type { ConnectOptions } from './connect.js';

/**
 * Opens the extension's inspector for this site, in a new tab. The inspector shows the site's last failures, and the site's messages from
 * now on. Call this function right after a click. The function works without a session, and also if `connect()` fails. The page learns
 * nothing of what the inspector shows.
 *
 * @throws CardwrightError `WINDOW_NOT_ALLOWED` if the user has not just clicked or typed in the page, if the page is in the background, or
 * while its tab has a window of the extension; `RATE_LIMITED` within 5 s after the last opening; `SITE_NOT_GRANTED` if policy blocks the
 * site; `VERSION_MISMATCH` if the extension is too old to have an inspector; `EXTENSION_MISSING`, `EXTENSION_UPDATED`, `INSECURE_CONTEXT`, `CANCELLED`
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
