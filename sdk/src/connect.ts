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
  /** Called when the program on this computer takes long to start, for example because the computer is busy. */
  readonly onStarting?: (() => void) | undefined;
}

/**
 * Opens a session with the devices of this computer.
 *
 * @throws CardwrightError within a second `EXTENSION_MISSING`, `INSECURE_CONTEXT`, or `SITE_NOT_GRANTED`, whose data `consent` says
 *   whether `requestAccess` helps; within five seconds `HOST_MISSING`, `HOST_FORBIDDEN`, `HOST_CRASHED`, `VERSION_MISMATCH`,
 *   `EXTENSION_LOST` or `TIMEOUT`; later only after `onStarting`, while the host's process lives
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
   * Called as soon as the extension's window asks the user. The argument is a function that brings this window to the front. It must
   * be called right after the user has clicked or typed in the page; otherwise it rejects with `WINDOW_NOT_ALLOWED`.
   */
  readonly onAsked?: (showWindow: () => Promise<void>) => void;
}

type PermissionClass = PageParams<'access.request'>['classes'][number];

/**
 * Asks the user, in the extension's window, to grant this site some classes of commands. Once they are granted, `connect()` succeeds.
 *
 * @throws CardwrightError `SITE_NOT_GRANTED` if the user refuses, `WINDOW_NOT_ALLOWED`, `EXTENSION_MISSING`, `INSECURE_CONTEXT`
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
