import { askExtension } from './ask-extension.js';
import type { ConnectOptions } from './connect.js';

/**
 * Opens a window of the extension in which the user can save a support file for the help desk. Call this function right after a click. It
 * works without a session, and also if `connect()` fails. The page learns neither the file's content nor whether the file was saved.
 *
 * @throws CardwrightError `WINDOW_NOT_ALLOWED` without a click, in the background, or while another window of the extension is open;
 *   `RATE_LIMITED` within a minute of the last window; `SITE_NOT_GRANTED` if policy blocks the site; `EXTENSION_MISSING`, `INSECURE_CONTEXT`,
 *   `CANCELLED`
 * @example
 * button.addEventListener('click', () => void offerSupportBundle());
 */
export const offerSupportBundle = (options: ConnectOptions = {}): Promise<void> =>
  askExtension('diagnostics.offerBundle', options);
