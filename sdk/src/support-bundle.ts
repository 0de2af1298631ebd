import { askExtension } from './ask-extension.js';
import type { ConnectOptions } from './connect.js';

/**
 * Opens a window of the extension in which the user can save a support file for the help desk. Call this function right after a click. The
 * function works without a session, and also if `connect()` fails. The page learns neither the file's content nor whether the file was
 * saved.
 *
 * @throws CardwrightError `WINDOW_NOT_ALLOWED` if the user has not just clicked or typed in the page, if the page is in the background, or
 * while its tab has another window of the extension; `RATE_LIMITED` within a minute after the last opening; `SITE_NOT_GRANTED` if policy
 * blocks the site; `EXTENSION_MISSING`, `EXTENSION_UPDATED`, `INSECURE_CONTEXT`, `CANCELLED`
 * @example
 * button.addEventListener('click', () => void offerSupportBundle());
 */
export const offerSupportBundle = (options: ConnectOptions = {}): Promise<void> =>
  askExtension('diagnostics.offerBundle', options);
