import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { askExtension } from './ask-extension.js';
import type { ConnectOptions } from './connect.js';

/**
 * Opens the extension's inspector for this site, in a tab of its own. The inspector shows the last failures, and every message from
 * now on. Call this function right after a click. It works without a session, and also if `connect()` fails. This page learns nothing
 * of what the inspector shows.
 *
 * @throws CardwrightError `WINDOW_NOT_ALLOWED` without a click or in the background, `RATE_LIMITED` within 5 s of the last tab,
 *   `EXTENSION_MISSING`, or `VERSION_MISMATCH` if the extension is too old to have an inspector
 * @example
 * button.addEventListener('click', () => void showTrace());
 */
export async function showTrace(options: ConnectOptions = {}): Promise<void> {
  try {
    await askExtension('diagnostics.showTrace', options);
  } catch (error) {
    // An extension too old to know this command demands a session before it judges the command.
    throw isCardwrightError(error, 'NOT_INITIALIZED')
      ? new CardwrightError('VERSION_MISMATCH', { update: 'extension' })
      : error;
  }
}
