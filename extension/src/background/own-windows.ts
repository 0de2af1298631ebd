import { CardwrightError } from '@cardwright/protocol';
import * as v from 'valibot';
import { browser, type Runtime } from '../browser.js';
import {
  WINDOW_PORT_PREFIX,
  WINDOW_TIMEOUT_MS,
  ownWindows,
  windowMessage,
  type OwnWindow,
  type WindowAnswer,
  type WindowContent,
} from '../own-window.js';
import { isOwnPage } from './own-page.js';

/** The window that is open, or about to be. */
class OpenWindow {
  readonly token = crypto.randomUUID();
  readonly answered: Promise<unknown>;
  settle: (answer: unknown) => void = () => null;
  fail: (error: CardwrightError) => void = () => null;
  windowId: number | null = null;

  constructor(readonly content: unknown) {
    this.answered = new Promise((resolve, reject) => {
      this.settle = resolve;
      this.fail = reject;
    });
    // It may fail before anybody waits for it; who waits gets the failure all the same.
    this.answered.catch(() => null);
  }
}

/**
 * Opens the extension's own windows: one at a time, and only for a page that the user sees. Register `accept` and
 * `closed` with the browser's events at start.
 */
export class OwnWindows {
  #open: OpenWindow | null = null;

  /**
   * Shows one window and waits for its answer.
   *
   * @param tabId of the page that wants it
   * @throws CardwrightError `WINDOW_NOT_ALLOWED`, `USER_CANCELLED`, `USER_TIMEOUT`, or `CANCELLED` with the signal
   */
  async ask<W extends OwnWindow>(
    window: W,
    content: WindowContent<W>,
    tabId: number,
    signal: AbortSignal,
  ): Promise<WindowAnswer<W>> {
    if (this.#open) throw new CardwrightError('WINDOW_NOT_ALLOWED');
    const open = new OpenWindow(content);
    this.#open = open;
    const timeout = setTimeout(() => open.fail(new CardwrightError('USER_TIMEOUT')), WINDOW_TIMEOUT_MS);
    const onAbort = () => open.fail(new CardwrightError('CANCELLED'));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      const parent = await visibleWindow(tabId);
      open.windowId = await show(`pages/${window}.html#${open.token}`, ownWindows[window].size, parent);
      const answer: WindowAnswer<W> = v.parse(ownWindows[window].answer, await open.answered);
      return answer;
    } finally {
      clearTimeout(timeout);
      signal.removeEventListener('abort', onAbort);
      this.#open = null;
      await close(open.windowId);
    }
  }

  /** Whether a window may be opened for the page now. @throws CardwrightError `WINDOW_NOT_ALLOWED` */
  async requireAllowed(tabId: number): Promise<void> {
    if (this.#open) throw new CardwrightError('WINDOW_NOT_ALLOWED');
    await visibleWindow(tabId);
  }

  /** Takes the port of a window of ours; any other window than the open one is let go. */
  accept(port: Runtime.Port): void {
    const open = this.#open;
    if (open === null || port.name !== WINDOW_PORT_PREFIX + open.token || !isOwnPage(port.sender)) {
      port.disconnect();
      return;
    }
    port.onMessage.addListener((value) => {
      const message = v.parse(windowMessage, value);
      if ('answer' in message) open.settle(message.answer);
    });
    port.onDisconnect.addListener(() => open.fail(new CardwrightError('USER_CANCELLED')));
    port.postMessage({ show: open.content });
  }

  /** A window was closed: perhaps ours, before it could connect. */
  closed(windowId: number): void {
    if (this.#open?.windowId === windowId) this.#open.fail(new CardwrightError('USER_CANCELLED'));
  }
}

/** The window of a page that the user sees: its tab is the active one, and the window is not minimised. */
async function visibleWindow(tabId: number): Promise<{ left: number; top: number; width: number }> {
  const tab = await browser.tabs.get(tabId).catch((cause: unknown) => {
    throw new CardwrightError('WINDOW_NOT_ALLOWED', {}, { cause });
  });
  if (!tab.active || tab.windowId === undefined) throw new CardwrightError('WINDOW_NOT_ALLOWED');
  const { state, left = 0, top = 0, width = 0 } = await browser.windows.get(tab.windowId);
  if (state === 'minimized') throw new CardwrightError('WINDOW_NOT_ALLOWED');
  return { left, top, width };
}

/** Distance from the upper edge of the page's window, in pixels: the address bar, with the origin, stays in sight. */
const BELOW_ADDRESS_BAR = 96;

async function show(
  page: string,
  { width, height }: { readonly width: number; readonly height: number },
  parent: { readonly left: number; readonly top: number; readonly width: number },
): Promise<number | null> {
  const window = { type: 'popup', url: browser.runtime.getURL(page), focused: true, width, height } as const;
  const place = {
    left: Math.max(0, Math.round(parent.left + (parent.width - width) / 2)),
    top: Math.max(0, parent.top + BELOW_ADDRESS_BAR),
  };
  // The browser refuses a place that is mostly off the screen; then it chooses one itself.
  const { id } = await browser.windows.create({ ...window, ...place }).catch(() => browser.windows.create(window));
  return id ?? null;
}

async function close(windowId: number | null): Promise<void> {
  if (windowId === null) return;
  const open = await browser.windows.getAll();
  if (!open.some(({ id }) => id === windowId)) return;
  // The user may close it in the same moment, which is as good.
  await browser.windows.remove(windowId).catch(() => null);
}
