import { CardwrightError, WINDOW_EXTENSIONS, WINDOW_TIMEOUT, asCardwrightError } from '@cardwright/protocol';
import * as v from 'valibot';
import { browser, type Runtime } from '../browser.js';
import {
  OVER,
  WINDOW_PORT_PREFIX,
  ownWindows,
  windowMessage,
  type OwnWindow,
  type WindowAnswer,
  type WindowContent,
} from '../own-window.js';
import { ACTIVATION_MS } from './activation.js';
import { logDefect } from './log.js';
import { isOwnPage } from './own-page.js';

/** The page session that wants a window. */
export interface WindowOwner {
  readonly tabId: number;
  /** Known to the extension alone. */
  readonly session: string;
}

/** A window that is open, or about to be. */
class OpenWindow {
  readonly token = crypto.randomUUID();
  readonly answered: Promise<unknown>;
  /** Never resolves. */
  readonly failed: Promise<never>;
  settle: (answer: unknown) => void = () => null;
  windowId: number | null = null;
  port: Runtime.Port | null = null;
  readonly #gone = new AbortController();
  #extensionsLeft = WINDOW_EXTENSIONS;
  #timeout: ReturnType<typeof setTimeout> | undefined;
  #raisedAt = -Infinity;

  constructor(
    readonly content: unknown,
    readonly session: string,
  ) {
    this.failed = new Promise((_, reject) => {
      this.gone.addEventListener('abort', () => reject(asCardwrightError(this.gone.reason, logDefect)), { once: true });
    });
    // It may fail before anyone waits for it; a later caller still gets the failure.
    this.failed.catch(() => null);
    const settled = new Promise((resolve) => {
      this.settle = resolve;
    });
    this.answered = Promise.race([settled, this.failed]);
    this.answered.catch(() => null);
    this.#startTimeout();
  }

  /** Aborted when it fails. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  fail(error: CardwrightError): void {
    this.#gone.abort(error);
  }

  /** Gives its user the whole time again, so many times. */
  extend(): void {
    if (this.#extensionsLeft === 0) return;
    this.#extensionsLeft -= 1;
    this.#startTimeout();
  }

  stopTimeout(): void {
    clearTimeout(this.#timeout);
  }

  /** Whether a click may bring it to the front now: one click does so once. */
  takeClick(): boolean {
    if (Date.now() - this.#raisedAt < ACTIVATION_MS) return false;
    this.#raisedAt = Date.now();
    return true;
  }

  #startTimeout(): void {
    this.stopTimeout();
    this.#timeout = setTimeout(() => this.fail(new CardwrightError('USER_TIMEOUT')), WINDOW_TIMEOUT);
  }
}

/**
 * Opens the extension's own windows: one at a time for each tab, so that no site can keep another's from opening, and only
 * for a page that the user sees. Register `accept` and `closed` with the browser's events at start.
 */
export class OwnWindows {
  /** By the tab that wanted it. */
  readonly #open = new Map<number, OpenWindow>();

  /**
   * Shows one window and waits for its answer.
   *
   * @throws CardwrightError `WINDOW_NOT_ALLOWED`, `USER_CANCELLED`, `USER_TIMEOUT`, or `CANCELLED` with the signal
   */
  async ask<W extends OwnWindow>(
    window: W,
    content: WindowContent<W>,
    { tabId, session }: WindowOwner,
    signal: AbortSignal,
  ): Promise<WindowAnswer<W>> {
    return this.askAndKeep(window, content, { tabId, session }, signal, (answer) => Promise.resolve(answer));
  }

  /**
   * Shows one window, waits for its answer, and keeps it open while something is done with that. To close it is to cancel that.
   *
   * @param work is told by a signal that it has no window any more
   * @param closesItself whether the window is only told that the work is over, because it has something left to do
   * @throws CardwrightError as `ask` does, or what the work throws
   */
  async askAndKeep<W extends OwnWindow, R>(
    window: W,
    content: WindowContent<W>,
    { tabId, session }: WindowOwner,
    signal: AbortSignal,
    work: (answer: WindowAnswer<W>, gone: AbortSignal, windowId: number | null) => Promise<R>,
    closesItself = false,
  ): Promise<R> {
    if (this.#open.has(tabId)) throw new CardwrightError('WINDOW_NOT_ALLOWED');
    const open = new OpenWindow(content, session);
    this.#open.set(tabId, open);
    const onAbort = () => open.fail(new CardwrightError('CANCELLED'));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      const parent = await visibleWindow(tabId, ownWindows[window].needsFocus);
      open.windowId = await show(window, open.token, parent);
      const answer: WindowAnswer<W> = v.parse(ownWindows[window].answer, await open.answered);
      return await Promise.race([work(answer, open.gone, open.windowId), open.failed]);
    } finally {
      open.stopTimeout();
      signal.removeEventListener('abort', onAbort);
      this.#open.delete(tabId);
      if (closesItself && open.port !== null) open.port.postMessage(OVER);
      else await close(open.windowId);
    }
  }

  /** Whether a window may be opened for the page now. @throws CardwrightError `WINDOW_NOT_ALLOWED` */
  async requireAllowed(tabId: number): Promise<void> {
    if (this.#open.has(tabId)) throw new CardwrightError('WINDOW_NOT_ALLOWED');
    await visibleWindow(tabId, false);
  }

  /**
   * Brings the window that a session waits for to the front, where the user may have lost sight of it. Nothing else becomes of it.
   *
   * @param isActive whether the user did something in the page in the last seconds
   * @throws CardwrightError `WINDOW_NOT_ALLOWED` without a click of the user's in the page in front, or where the session has no window
   */
  async raise({ tabId, session }: WindowOwner, isActive: boolean): Promise<void> {
    const open = this.#open.get(tabId);
    if (!isActive || open?.session !== session || open.windowId === null)
      throw new CardwrightError('WINDOW_NOT_ALLOWED');
    await visibleWindow(tabId, true);
    if (!open.takeClick()) throw new CardwrightError('WINDOW_NOT_ALLOWED');
    await browser.windows.update(open.windowId, { focused: true, state: 'normal' });
  }

  /** Takes the port of a window of ours, known by its token; any other window is let go. */
  accept(port: Runtime.Port): void {
    const open = this.#find(({ token }) => port.name === WINDOW_PORT_PREFIX + token);
    if (open === undefined || !isOwnPage(port.sender)) {
      port.disconnect();
      return;
    }
    open.port = port;
    port.onMessage.addListener((value) => {
      const message = v.parse(windowMessage, value);
      if ('answer' in message) open.settle(message.answer);
      else if ('more' in message) open.extend();
    });
    port.onDisconnect.addListener(() => {
      open.port = null;
      open.fail(new CardwrightError('USER_CANCELLED'));
    });
    port.postMessage({ show: open.content });
  }

  /** A window was closed: perhaps ours, before it could connect. */
  closed(windowId: number): void {
    this.#find((open) => open.windowId === windowId)?.fail(new CardwrightError('USER_CANCELLED'));
  }

  #find(test: (open: OpenWindow) => boolean): OpenWindow | undefined {
    return [...this.#open.values()].find(test);
  }
}

interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
}

/** The window of a page that the user sees: its tab is the active one, and the window is not minimised. */
async function visibleWindow(tabId: number, needsFocus: boolean): Promise<Place> {
  const tab = await browser.tabs.get(tabId).catch((cause: unknown) => {
    throw new CardwrightError('WINDOW_NOT_ALLOWED', {}, { cause });
  });
  if (!tab.active || tab.windowId === undefined) throw new CardwrightError('WINDOW_NOT_ALLOWED');
  const { state, focused, left = 0, top = 0, width = 0 } = await browser.windows.get(tab.windowId);
  if (state === 'minimized' || (needsFocus && !focused)) throw new CardwrightError('WINDOW_NOT_ALLOWED');
  return { left, top, width };
}

/** Distance from the upper edge of the page's window, in pixels: the address bar, with the origin, stays in sight. */
const BELOW_ADDRESS_BAR = 96;

/** Windows beside which the browser's own dialog opens, in the middle of the page's window. */
const ASIDE: readonly OwnWindow[] = ['passkey'];

async function show(name: OwnWindow, token: string, parent: Place): Promise<number | null> {
  const { width, height } = ownWindows[name].size;
  const url = browser.runtime.getURL(`pages/${name}.html#${token}`);
  const window = { type: 'popup', url, focused: true, width, height } as const;
  const free = parent.width - width;
  const place = {
    left: Math.max(0, Math.round(parent.left + (ASIDE.includes(name) ? free : free / 2))),
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
  // The user may close it at the same moment, which is just as good.
  await browser.windows.remove(windowId).catch(() => null);
}
