import { askExtension } from './ask-extension.js';
import type { ConnectOptions } from './connect.js';

/**
 * Opens a window of the extension that offers the user to save a support file for the help desk. Call this function right after a
 * click. It works without a session, and also if `connect()` fails. This page learns neither the file's content nor whether the file
 * was saved.
 *
 * @throws CardwrightError `WINDOW_NOT_ALLOWED` without a click or in the background, `RATE_LIMITED` within a minute of the last
 *   window, `EXTENSION_MISSING`
 * @example
 * button.addEventListener('click', () => void offerSupportBundle());
 */
export const offerSupportBundle = (options: ConnectOptions = {}): Promise<void> =>
  askExtension('diagnostics.offerBundle', options);
