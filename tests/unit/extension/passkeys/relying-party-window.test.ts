import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import chrome from 'sinon-chrome';
import { openTabs, openWindows, resetFakeChrome } from '../../../support/fake-chrome.js';

// These modules need the fake browser when they are loaded.
const { createInWindow } = await import('../../../../extension/src/background/passkeys/relying-party-window.js');

const ORIGIN = 'https://login.microsoft.com';
const ORDERED = {
  way: 'window' as const,
  origin: ORIGIN,
  options: {
    rp: { id: 'login.microsoft.com', name: 'Microsoft' },
    user: { id: 'YWxpY2U', name: 'alice', displayName: 'Alice' },
    challenge: 'Y2hhbGxlbmdl',
    pubKeyCredParams: [{ type: 'public-key' as const, alg: -7 }],
  },
};
const OPENING = { page: { origin: ORIGIN, path: '/passkey' }, isPrivate: true, besideWindow: null };
const TAB = 21;

// sinon-chrome lacks it.
Object.assign(Reflect.get(globalThis, 'BROWSER'), {
  scripting: { executeScript: () => Promise.reject(new Error('Frame was removed.')) },
});

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );

beforeEach(() => {
  resetFakeChrome();
  jest.useFakeTimers();
  chrome.windows.create.callsFake((made: object) => {
    const window = { incognito: false, ...made, id: openWindows.length + 1, tabs: [{ id: TAB }] };
    openWindows.push(window);
    return Promise.resolve(window);
  });
  openTabs.push({ id: TAB, windowId: 1, active: true });
});
afterEach(() => void jest.useRealTimers());

describe('the small window of a relying party', () => {
  it('opens at the page that policy names, also in a private window, and is given up after half a minute', async () => {
    const code = codeOf(createInWindow(ORDERED, OPENING, new AbortController().signal));
    await jest.advanceTimersByTimeAsync(29_999);
    expect(openWindows).toMatchObject([{ type: 'popup', url: `${ORIGIN}/passkey`, incognito: true }]);
    await jest.advanceTimersByTimeAsync(1);
    expect(await code).toBe('RP_PAGE_UNUSABLE');
    expect(openWindows).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('closes at once when the request is cancelled', async () => {
    const gone = new AbortController();
    const code = codeOf(createInWindow(ORDERED, OPENING, gone.signal));
    await jest.advanceTimersByTimeAsync(1_000);
    gone.abort();
    expect(await code).toBe('CANCELLED');
    expect(openWindows).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each([
    ['closed, even if a busy browser reports that late', 1_900, 'USER_CANCELLED'],
    ['useless, if it stays open and cannot be used', 2_100, 'RP_PAGE_UNUSABLE'],
  ])('reports its page as %s', async (_, told, expected) => {
    const code = codeOf(createInWindow(ORDERED, OPENING, new AbortController().signal));
    await jest.advanceTimersByTimeAsync(1);
    chrome.tabs.onUpdated.dispatch(TAB, {}, { id: TAB, url: `${ORIGIN}/passkey`, status: 'complete' });
    await jest.advanceTimersByTimeAsync(told);
    chrome.tabs.onRemoved.dispatch(TAB);
    expect(await code).toBe(expected);
    expect(openWindows).toEqual([]);
  });
});
