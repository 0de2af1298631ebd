import { CardwrightError } from '@cardwright/protocol';
import { browser, type Tabs } from '../../browser.js';
import { createPasskey } from '../../create-passkey.js';
import type { ForeignRelyingParty } from '@cardwright/protocol/settings';
import { encodeOptions, unusable, type OrderedPasskey } from './registration.js';

/** Milliseconds that the page of a relying party may take to load. */
const LOAD_MS = 30_000;
const SIZE = { width: 520, height: 560 };
/**
 * Milliseconds to wait for the browser's report that a page was closed, after a script could not run in it. Busy browsers need a
 * second.
 */
const CLOSED_MS = 2_000;
/** Pixels between the extension's own window and the relying party's window. */
const GAP = 12;

/** The page that a relying party's window shows, whether the window is private, and where it opens. */
export interface Opening {
  readonly page: ForeignRelyingParty;
  readonly isPrivate: boolean;
  /** Id of the extension's own window that shows the passkey's relying party. The new window opens beside it. Null if the id is unknown. */
  readonly besideWindow: number | null;
}

/**
 * Opens a window at a relying party's origin, lets the browser create a passkey in its page, and closes the window in any case. The
 * passkey is created only at the ordered origin: not in a page that redirects to another origin, and not in an error page.
 *
 * @returns the result of `createPasskey`, not yet validated
 * @throws CardwrightError `RP_PAGE_UNUSABLE`, `USER_CANCELLED` if the window was closed, `CANCELLED` if the signal is aborted
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
    // This fails if the user or the page has already closed the window.
    if (window.id !== undefined) await browser.windows.remove(window.id).catch(() => null);
  }
}

async function open({ page, isPrivate, besideWindow }: Opening) {
  const url = page.origin + page.path;
  const window = { type: 'popup', url, focused: true, incognito: isPrivate, ...SIZE } as const;
  const place = await placeBeside(besideWindow);
  // The browser refuses a position that is mostly off the screen. Without a position, the browser chooses one itself.
  return browser.windows.create({ ...window, ...place }).catch(() => browser.windows.create(window));
}

async function placeBeside(windowId: number | null): Promise<object> {
  if (windowId === null) return {};
  const { left, top, width } = await browser.windows.get(windowId);
  if (left === undefined || top === undefined || width === undefined) return {};
  const onTheLeft = left - GAP - SIZE.width;
  return { top, left: onTheLeft >= 0 ? onTheLeft : left + width + GAP };
}

/** Returns a promise that never resolves. The promise rejects when the window or its tab is closed, or when the request is cancelled. */
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

/**
 * Throws the error of a script that could not run. If `interrupted` rejects within `CLOSED_MS`, throws its error instead, because the
 * closed window is then the real cause.
 */
async function outlive(error: unknown, interrupted: Promise<never>): Promise<never> {
  await Promise.race([interrupted, new Promise((resolve) => setTimeout(resolve, CLOSED_MS))]);
  throw error;
}

/**
 * Waits until the tab has loaded any page.
 *
 * @throws CardwrightError `RP_PAGE_UNUSABLE` if this takes longer than `LOAD_MS`
 */
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
    // The page may have been loaded before the listener was registered.
    browser.tabs.get(tabId).then(look, () => null);
  });
}

/**
 * True while a tab has no page yet. False if the address is undefined: the browser then hides the address of a page for which the extension
 * has no permission.
 */
const isBlank = ({ url }: Tabs.Tab): boolean => url === '' || url === 'about:blank';

/**
 * Runs `createPasskey` in the tab. In an error page, or after a redirect to a site without the permission, the browser refuses this.
 *
 * @throws CardwrightError `RP_PAGE_UNUSABLE` if the script cannot run or has no result
 */
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
  // There is no result if the page was left while the script ran, and the result is null if the page has another origin.
  if (result === undefined || result === null) throw unusable(ordered);
  return result;
}
