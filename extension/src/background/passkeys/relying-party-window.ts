import { CardwrightError } from '@cardwright/protocol';
import { browser, type Tabs } from '../../browser.js';
import { createPasskey } from '../../create-passkey.js';
import type { ForeignRelyingParty } from '../../policy/site-settings.js';
import { encodeOptions, unusable, type OrderedPasskey } from './registration.js';

/** Milliseconds in which the page of a relying party has to be loaded. */
const LOAD_MS = 30_000;
const SIZE = { width: 520, height: 560 };
/** Milliseconds in which a browser tells that a page was closed, after it could no longer run anything in it: busy ones take a second. */
const CLOSED_MS = 2_000;
/** Pixels between the extension's own window and this one. */
const GAP = 12;

/** Where it opens, and for whom. */
export interface Opening {
  readonly page: ForeignRelyingParty;
  readonly isPrivate: boolean;
  /** The window that says whose this one is, beside which it opens. */
  readonly besideWindow: number | null;
}

/**
 * Opens a window at a relying party's origin, has the browser create a passkey in its page, and closes it again, whatever happened.
 * A page that leads elsewhere, cannot be loaded, or closes its window gets nothing: the script runs at that origin alone.
 *
 * @returns what `createPasskey` gave, still to be read
 * @throws CardwrightError `RP_PAGE_UNUSABLE`, `USER_CANCELLED` when the window was closed, `CANCELLED` with the signal
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
    // Its user, or its page, may have closed it.
    if (window.id !== undefined) await browser.windows.remove(window.id).catch(() => null);
  }
}

async function open({ page, isPrivate, besideWindow }: Opening) {
  const url = page.origin + page.path;
  const window = { type: 'popup', url, focused: true, incognito: isPrivate, ...SIZE } as const;
  const place = await placeBeside(besideWindow);
  // The browser refuses a place that is mostly off the screen; then it chooses one itself.
  return browser.windows.create({ ...window, ...place }).catch(() => browser.windows.create(window));
}

async function placeBeside(windowId: number | null): Promise<object> {
  if (windowId === null) return {};
  const { left, top, width } = await browser.windows.get(windowId);
  if (left === undefined || top === undefined || width === undefined) return {};
  const onTheLeft = left - GAP - SIZE.width;
  return { top, left: onTheLeft >= 0 ? onTheLeft : left + width + GAP };
}

/** Never resolves. */
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

/** A page is also gone when its window was closed: then that is what happened. */
async function outlive(error: unknown, interrupted: Promise<never>): Promise<never> {
  await Promise.race([interrupted, new Promise((resolve) => setTimeout(resolve, CLOSED_MS))]);
  throw error;
}

/** Waits until the page is there, whichever it is. @throws CardwrightError `RP_PAGE_UNUSABLE` when that takes too long */
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
    // It may have been loaded before this.
    browser.tabs.get(tabId).then(look, () => null);
  });
}

/** What a tab holds before its page. The address of a page that the extension has no permission for is not told. */
const isBlank = ({ url }: Tabs.Tab): boolean => url === '' || url === 'about:blank';

/** Without the permission for where it is now, after a redirect or with an error page, the browser refuses to run it. */
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
  // The page went away under it.
  if (result === undefined || result === null) throw unusable(ordered);
  return result;
}
