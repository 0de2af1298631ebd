import { CardwrightError } from '@cardwright/protocol';
import { browser, type Tabs } from '../../browser.js';
import { createPasskey } from '../../create-passkey.js';
import type { ForeignRelyingParty } from '../../policy/site-settings.js';
import { encodeOptions, unusable, type OrderedPasskey } from './registration.js';

/** Milliseconds for loading the page of a relying party. */
const LOAD_MS = 30_000;
const SIZE = { width: 520, height: 560 };
/** Milliseconds for a browser to report that a page was closed, after a script could no longer run in it. Busy browsers need a second. */
const CLOSED_MS = 2_000;
/** Pixels between the extension's own window and this one. */
const GAP = 12;

/** The place and the purpose of a window. */
export interface Opening {
  readonly page: ForeignRelyingParty;
  readonly isPrivate: boolean;
  /** The extension's own window that shows the passkey's relying party. The new window opens beside it. */
  readonly besideWindow: number | null;
}

/**
 * Opens a window at a relying party's origin, has the browser create a passkey in its page, and closes the window in any case. A page
 * that redirects to another origin, cannot be loaded or closes its window gets nothing: the script runs only at the ordered origin.
 *
 * @returns the result of `createPasskey`, not yet validated
 * @throws CardwrightError `RP_PAGE_UNUSABLE`, `USER_CANCELLED` if the window was closed, `CANCELLED` with the signal
 */
export async function createInWindow(ordered: OrderedPasskey, opening: Opening, signal: AbortSignal): Promise<unknown> {
  const ended = new AbortController();
  const window = await open(opening);
  try {
    const tabId = window.tabs?.[0]?.id;
    if (window.id === undefined || tabId === undefined) throw unusable(ordered);
    const interrupted = whenInterrupted({ windowId: window.id, tabId }, signal, ended.signal);
    await Promise.race([whenLoaded(tabId, ordered, ended.signal), interrupted]);
    return await Promise.race([
      run(tabId, ordered).catch((error: unknown) => outlive(error, interrupted)),
      interrupted,
    ]);
  } finally {
    ended.abort();
    // The user or the page may already have closed the window.
    if (window.id !== undefined) await browser.windows.remove(window.id).catch(() => null);
  }
}

async function open({ page, isPrivate, besideWindow }: Opening) {
  const url = page.origin + page.path;
  const window = { type: 'popup', url, focused: true, incognito: isPrivate, ...SIZE } as const;
  const place = await placeBeside(besideWindow);
  // The browser refuses a position that is mostly off the screen. It then chooses one itself.
  return browser.windows.create({ ...window, ...place }).catch(() => browser.windows.create(window));
}

async function placeBeside(windowId: number | null): Promise<object> {
  if (windowId === null) return {};
  const { left, top, width } = await browser.windows.get(windowId);
  if (left === undefined || top === undefined || width === undefined) return {};
  const onTheLeft = left - GAP - SIZE.width;
  return { top, left: onTheLeft >= 0 ? onTheLeft : left + width + GAP };
}

/** Never resolves; rejects when the window is closed or the request cancelled. */
function whenInterrupted(
  { windowId, tabId }: { readonly windowId: number; readonly tabId: number },
  signal: AbortSignal,
  ended: AbortSignal,
): Promise<never> {
  const interrupted = new Promise<never>((_, reject) => {
    const cancel = () => reject(new CardwrightError('CANCELLED'));
    const closed = () => reject(new CardwrightError('USER_CANCELLED'));
    const windowClosed = (id: number) => {
      if (id === windowId) closed();
    };
    const tabClosed = (id: number) => {
      if (id === tabId) closed();
    };
    signal.addEventListener('abort', cancel, { signal: ended });
    browser.windows.onRemoved.addListener(windowClosed);
    browser.tabs.onRemoved.addListener(tabClosed);
    ended.addEventListener(
      'abort',
      () => {
        browser.windows.onRemoved.removeListener(windowClosed);
        browser.tabs.onRemoved.removeListener(tabClosed);
      },
      { once: true },
    );
    if (signal.aborted) cancel();
  });
  interrupted.catch(() => null);
  return interrupted;
}

/** Prefers the report that the window was closed over the error of its missing page. */
async function outlive(error: unknown, interrupted: Promise<never>): Promise<never> {
  await Promise.race([interrupted, new Promise((resolve) => setTimeout(resolve, CLOSED_MS))]);
  throw error;
}

/** Waits until the tab has loaded any page. @throws CardwrightError `RP_PAGE_UNUSABLE` if that takes too long */
function whenLoaded(tabId: number, ordered: OrderedPasskey, ended: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (tab: Tabs.Tab) => {
      if (tab.status === 'complete' && !isBlank(tab)) resolve();
    };
    const updated = (id: number, _: unknown, tab: Tabs.Tab) => {
      if (id === tabId) look(tab);
    };
    const timeout = setTimeout(() => reject(unusable(ordered)), LOAD_MS);
    browser.tabs.onUpdated.addListener(updated);
    ended.addEventListener(
      'abort',
      () => {
        clearTimeout(timeout);
        browser.tabs.onUpdated.removeListener(updated);
      },
      { once: true },
    );
    // The page may already be loaded.
    browser.tabs.get(tabId).then(look, () => null);
  });
}

/** True for a tab before its page. The browser hides the address of a page that the extension has no permission for. */
const isBlank = ({ url }: Tabs.Tab): boolean => url === '' || url === 'about:blank';

/** Runs the script in the tab. After a redirect, or with an error page, the extension lacks the permission and the browser refuses. */
async function run(tabId: number, ordered: OrderedPasskey): Promise<unknown> {
  const injected = await browser.scripting
    .executeScript({
      target: { tabId, frameIds: [0] },
      func: createPasskey,
      args: [ordered.origin, encodeOptions(ordered.options), null],
    })
    .catch((cause: unknown) => {
      throw unusable(ordered, cause);
    });
  const result: unknown = injected[0]?.result;
  // The page went away while the script ran.
  if (result === undefined || result === null) throw unusable(ordered);
  return result;
}
