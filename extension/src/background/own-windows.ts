import { CardwrightError } from '@cardwright/protocol';
import * as v from 'valibot';
import { browser, type Runtime } from '../browser.js';
import { WINDOW_PORT_PREFIX, ownWindows, type OwnWindow, type WindowAnswer } from '../own-window.js';
import type { WindowContent } from '../own-window-content.js';
import { CheckingWindows, type Check } from './checking-windows.js';
import { OpenWindow, type Place } from './open-window.js';
import { isOwnPage } from './own-page.js';

/** The page session that wants a window. */
export interface WindowOwner {
  readonly tabId: number;
  /** Id of the page session, which no page learns. */
  readonly session: string;
}

/** A session's request for a window. The request ends when the signal is aborted. */
export interface WindowRequest {
  readonly owner: WindowOwner;
  readonly signal: AbortSignal;
}

/**
 * The work that is done with an answer while the window stays open. `gone` is aborted when the window is gone, its time is over, or the
 * request is cancelled.
 */
export type WindowWork<W extends OwnWindow, R> = (
  answer: WindowAnswer<W>,
  gone: AbortSignal,
  windowId: number | null,
) => Promise<R>;

/** The course of one window: what is done with its answer, and how it ends. */
interface Course<W extends OwnWindow, R> {
  readonly work: WindowWork<W, R>;
  readonly check: Check | null;
  /** Closes the window, or keeps it open for another question. */
  readonly end: (open: OpenWindow, isAnswered: boolean) => Promise<void>;
}

/**
 * Opens the extension's own windows, and only for a page that the user sees. Each tab can have one window at a time, so that no site can
 * block the windows of another site. `accept` and `closed` must be registered for the browser's events when the background starts.
 */
export class OwnWindows {
  /** Open windows, by the tab whose page asked for them. */
  readonly #open = new Map<number, OpenWindow>();
  readonly #checking = new CheckingWindows();

  /**
   * Shows one window and waits for its answer.
   *
   * @param check the device's check of the entry; null if the device checks no entry. If the device may refuse the entry, the window stays
   * open for another attempt.
   * @throws CardwrightError `WINDOW_NOT_ALLOWED`, `USER_CANCELLED`, `USER_TIMEOUT`, or `CANCELLED` if the signal is aborted
   */
  async ask<W extends OwnWindow>(
    window: W,
    content: WindowContent<W>,
    request: WindowRequest,
    check: Check | null = null,
  ): Promise<WindowAnswer<W>> {
    return this.#run(window, content, request, {
      check,
      work: (answer) => Promise.resolve(answer),
      end: async (open, isAnswered) => {
        if (isAnswered && check?.mayAskAgain === true) this.#checking.keep(request.owner.tabId, open, check);
        else await open.close();
      },
    });
  }

  /**
   * Shows one window, waits for its answer, and keeps the window open while the answer is processed. If the user closes the window,
   * the work is cancelled.
   *
   * @throws CardwrightError the errors of `ask`, or any error of the work
   */
  async askAndKeep<W extends OwnWindow, R>(
    window: W,
    content: WindowContent<W>,
    request: WindowRequest,
    work: WindowWork<W, R>,
  ): Promise<R> {
    return this.#run(window, content, request, { check: null, work, end: (open) => open.close() });
  }

  async #run<W extends OwnWindow, R>(
    window: W,
    content: WindowContent<W>,
    { owner: { tabId, session }, signal }: WindowRequest,
    { check, work, end }: Course<W, R>,
  ): Promise<R> {
    if (this.#open.has(tabId)) throw new CardwrightError('WINDOW_NOT_ALLOWED');
    const kept = check && this.#checking.take(tabId, session, check);
    kept?.ask(content);
    const open = kept ?? new OpenWindow(session, content);
    this.#open.set(tabId, open);
    const { question } = open;
    const onAbort = () => question.fail(new CardwrightError('CANCELLED'));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    let isAnswered = false;
    try {
      const parent = await visibleWindow(tabId, ownWindows[window]);
      if (kept) {
        kept.show();
      } else {
        await this.#checking.giveWay(tabId);
        await open.open(window, parent);
      }
      const answer: WindowAnswer<W> = v.parse(ownWindows[window].answer, await question.answered);
      const result = await Promise.race([work(answer, question.gone, open.id), question.failed]);
      isAnswered = true;
      return result;
    } finally {
      question.rest();
      signal.removeEventListener('abort', onAbort);
      this.#open.delete(tabId);
      await end(open, isAnswered);
    }
  }

  /**
   * Checks that a window may be opened for the page now: the user sees the page, and its tab has no other window of the extension.
   *
   * @throws CardwrightError `WINDOW_NOT_ALLOWED`
   */
  async requireAllowed(tabId: number): Promise<void> {
    if (this.#open.has(tabId)) throw new CardwrightError('WINDOW_NOT_ALLOWED');
    await visibleWindow(tabId, { needsFocus: false });
  }

  /**
   * Brings the window in which a session waits for the user to the front, because the user may have lost sight of it. Changes nothing
   * else.
   *
   * @param isActive true if the user did something in the page in the last seconds
   * @throws CardwrightError `WINDOW_NOT_ALLOWED` if the user did nothing in the page in the last seconds, if the same click already
   *   brought the window to the front, if the page's window has no focus, or if the session has no window
   */
  async raise({ tabId, session }: WindowOwner, { isActive }: { readonly isActive: boolean }): Promise<void> {
    const open = this.#open.get(tabId);
    if (!isActive || open?.session !== session || open.id === null) throw new CardwrightError('WINDOW_NOT_ALLOWED');
    await visibleWindow(tabId, { needsFocus: true });
    if (!open.takeClick()) throw new CardwrightError('WINDOW_NOT_ALLOWED');
    await browser.windows.update(open.id, { focused: true, state: 'normal' });
  }

  /** Accepts the port of one of the extension's own windows, recognised by its token. Any other port is disconnected. */
  accept(port: Runtime.Port): void {
    const open = this.#find(({ token }) => port.name === WINDOW_PORT_PREFIX + token);
    if (open === undefined || !isOwnPage(port.sender)) port.disconnect();
    else open.connect(port);
  }

  /**
   * Handles that a browser window was closed. If the window is one of the extension's own, its question fails, even if its script never
   * connected.
   */
  closed(windowId: number): void {
    this.#find(({ id }) => id === windowId)?.closed();
  }

  #find(test: (open: OpenWindow) => boolean): OpenWindow | undefined {
    return [...this.#open.values()].find(test);
  }
}

/**
 * Returns the position of the page's window, provided that the user sees the page: the page's tab is active, and the window is not
 * minimised.
 *
 * @throws CardwrightError `WINDOW_NOT_ALLOWED` if the user does not see the page, or if `needsFocus` is set and the page's window does not
 * have the focus
 */
async function visibleWindow(tabId: number, { needsFocus }: { readonly needsFocus: boolean }): Promise<Place> {
  const tab = await browser.tabs.get(tabId).catch((cause: unknown) => {
    throw new CardwrightError('WINDOW_NOT_ALLOWED', {}, { cause });
  });
  if (!tab.active || tab.windowId === undefined) throw new CardwrightError('WINDOW_NOT_ALLOWED');
  const { state, focused, left = 0, top = 0, width = 0 } = await browser.windows.get(tab.windowId);
  if (state === 'minimized' || (needsFocus && !focused)) throw new CardwrightError('WINDOW_NOT_ALLOWED');
  return { left, top, width };
}
