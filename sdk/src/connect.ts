import type { PageParams, PageResult } from '@cardwright/protocol';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { PROTOCOL_RANGE } from '@cardwright/protocol/messages';
import { Client, EventHub, callOn, showWindow } from './client.js';
import { noteCapabilities } from './extension-capabilities.js';
import { PagePort, type PageWindow } from './page-port.js';

export interface ConnectOptions {
  readonly signal?: AbortSignal | undefined;
  /** Window of the page. Default: `globalThis.window`. */
  readonly window?: PageWindow;
  /** Called if the native host takes long to start, for example because the computer is busy. */
  readonly onStarting?: (() => void) | undefined;
}

/**
 * Opens a session with the devices of this computer.
 *
 * @throws CardwrightError `EXTENSION_MISSING`, `EXTENSION_UPDATED` or `INSECURE_CONTEXT`, within a second; `SITE_NOT_GRANTED`, whose `data.consent` tells
 * whether `requestAccess` helps; an error of the host or of the command `initialize`, such as `HOST_MISSING`, `VERSION_MISMATCH`,
 * `EXTENSION_LOST` or `TIMEOUT`, within five seconds, or later if `onStarting` was called; `CANCELLED` if the signal was aborted
 * @example
 * const client = await connect();
 * const { devices } = await client.call('device.list', {});
 */
export async function connect({
  signal,
  window = globalThis.window,
  onStarting,
}: ConnectOptions = {}): Promise<Client> {
  const events = new EventHub();
  const port = await PagePort.open(window, events.receive, signal);
  try {
    const params = { protocol: PROTOCOL_RANGE, sdk: PRODUCT_VERSION };
    const session = await callOn(port, 'initialize', params, { signal, onProgress: () => onStarting?.() });
    noteCapabilities(session.capabilities);
    return new Client(port, events, session);
  } catch (error) {
    port.close();
    throw error;
  }
}

export interface AccessOptions extends Omit<ConnectOptions, 'onStarting'> {
  /**
   * Called as soon as the request was sent, with a function that brings to the front the window in which the extension asks the user. Call
   * that function right after the user has clicked or typed in the page. If it is called at another time, or while the extension shows no
   * such window, the function rejects with `WINDOW_NOT_ALLOWED`.
   */
  readonly onAsked?: (showWindow: () => Promise<void>) => void;
}

type PermissionClass = PageParams<'access.request'>['classes'][number];

/**
 * Asks the user, in a window of the extension, to grant this site some classes of commands. Once a class is granted, `connect()` no longer
 * fails with `SITE_NOT_GRANTED`. Call this function right after the user has clicked or typed in the page.
 *
 * @throws CardwrightError `SITE_NOT_GRANTED` if the user or policy refuses, or if the extension may not ask at the moment;
 * `WINDOW_NOT_ALLOWED`, `EXTENSION_MISSING`, `EXTENSION_UPDATED`, `INSECURE_CONTEXT`, `EXTENSION_LOST`, `TIMEOUT`, `CANCELLED`
 * @example
 * button.addEventListener('click', async () => {
 *   await requestAccess(['read', 'use']);
 *   const client = await connect();
 * });
 */
export async function requestAccess(
  classes: readonly PermissionClass[] = ['read', 'use', 'manage'],
  { signal, window = globalThis.window, onAsked }: AccessOptions = {},
): Promise<PageResult<'access.request'>> {
  const port = await PagePort.open(window, () => undefined, signal);
  try {
    const answer = callOn(port, 'access.request', { classes: [...classes] }, { signal });
    onAsked?.(() => showWindow(port));
    return await answer;
  } finally {
    port.close();
  }
}
