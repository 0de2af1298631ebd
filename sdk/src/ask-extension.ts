import { callOn } from './client.js';
import type { ConnectOptions } from './connect.js';
import { PagePort } from './page-port.js';

/**
 * Asks the extension to open one of its own pages. This works without a session.
 *
 * @throws CardwrightError the errors of `PagePort.open`, and of the command
 */
export async function askExtension(
  method: 'diagnostics.offerBundle' | 'diagnostics.showTrace',
  { signal, window = globalThis.window }: ConnectOptions,
): Promise<void> {
  const port = await PagePort.open(window, () => undefined, signal);
  try {
    await callOn(port, method, {}, { signal });
  } finally {
    port.close();
  }
}
