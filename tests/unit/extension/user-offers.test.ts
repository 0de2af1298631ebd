import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { managed, openedTabs, resetFakeChrome, whenTabIsCreated } from '../../support/fake-chrome.js';

// These modules need the fake browser when they are loaded.
const { UserOffers } = await import('../../../extension/src/background/user-offers.js');

/** A page, here the attacker, that has pages of the extension opened: the window for saving a support file, and the inspector. */

const PAGE = { origin: 'https://portal.example.com', isPrivate: false, tabId: 11 };
const OWNER = { tabId: 11, session: 'session' };
const opened: unknown[] = [];
let isAllowed: boolean;
let offers: InstanceType<typeof UserOffers>;

beforeEach(() => {
  resetFakeChrome();
  jest.useFakeTimers({ now: 1_000_000 });
  opened.length = 0;
  isAllowed = true;
  offers = new UserOffers({
    ask: (window, content, { owner, signal }) => {
      opened.push({ window, content, tabId: owner.tabId, isAborted: signal.aborted });
      // The user closes it without saving, which is withheld from the page.
      return Promise.reject(new CardwrightError('USER_CANCELLED'));
    },
    requireAllowed: () => (isAllowed ? Promise.resolve() : Promise.reject(new CardwrightError('WINDOW_NOT_ALLOWED'))),
  });
});

describe('the window for a support file', () => {
  it('opens one window after a click, for the origin that the browser names, and keeps its outcome from the page', async () => {
    await expect(offers.bundle(PAGE, OWNER, { isActive: true })).resolves.toBeUndefined();
    expect(opened).toEqual([{ window: 'bundle', content: { origin: PAGE.origin }, tabId: 11, isAborted: false }]);
  });

  it('is answered while the window is open, so that its page does not see when its user closes it', async () => {
    const waiting = new UserOffers({
      ask: () => new Promise(() => undefined),
      requireAllowed: () => Promise.resolve(),
    });
    let isAnswered = false;
    void waiting.bundle(PAGE, OWNER, { isActive: true }).then(() => {
      isAnswered = true;
    });
    await jest.advanceTimersByTimeAsync(0);
    expect(isAnswered).toBe(true);
  });

  it('opens no window without a click', async () => {
    await expect(offers.bundle(PAGE, OWNER, { isActive: false })).rejects.toMatchObject({ code: 'WINDOW_NOT_ALLOWED' });
    expect(opened).toEqual([]);
  });

  it('opens no window for a page in the background, which may ask as soon as it is visible', async () => {
    isAllowed = false;
    await expect(offers.bundle(PAGE, OWNER, { isActive: true })).rejects.toMatchObject({ code: 'WINDOW_NOT_ALLOWED' });
    expect(opened).toEqual([]);
    isAllowed = true;
    await offers.bundle(PAGE, OWNER, { isActive: true });
    expect(opened).toHaveLength(1);
  });

  it('opens one window in a minute, also for two concurrent requests, and in another tab of the site', async () => {
    const both = await Promise.allSettled([
      offers.bundle(PAGE, OWNER, { isActive: true }),
      offers.bundle(PAGE, OWNER, { isActive: true }),
    ]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(
      offers.bundle({ ...PAGE, tabId: 12 }, { ...OWNER, tabId: 12 }, { isActive: true }),
    ).rejects.toMatchObject({
      code: 'RATE_LIMITED',
    });
    jest.setSystemTime(1_059_999);
    await expect(offers.bundle(PAGE, OWNER, { isActive: true })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    jest.setSystemTime(1_060_000);
    await offers.bundle(PAGE, OWNER, { isActive: true });
    expect(opened).toHaveLength(2);
  });

  it('opens no window for a site that policy blocks', async () => {
    managed.content = { blockedSites: [PAGE.origin] };
    await expect(offers.bundle(PAGE, OWNER, { isActive: true })).rejects.toMatchObject({
      code: 'SITE_NOT_GRANTED',
      data: { consent: 'blocked' },
    });
    expect(opened).toEqual([]);
  });
});

describe('the inspector', () => {
  const INSPECTOR = 'chrome-extension://bgndimlbjcagmmnfhehofoeodifnnofp/pages/inspector.html';

  it('opens in a new tab after a click, for the origin that the browser names', async () => {
    await expect(offers.trace(PAGE, { isActive: true })).resolves.toBeUndefined();
    expect(openedTabs).toEqual([{ url: `${INSPECTOR}#${PAGE.origin}` }]);
    expect(opened).toEqual([]);
  });

  it('names no site of a private window in the address, which the history of an ordinary window keeps', async () => {
    await offers.trace({ ...PAGE, isPrivate: true }, { isActive: true });
    expect(openedTabs).toEqual([{ url: INSPECTOR }]);
  });

  it('opens a new tab the next time too, so that no page sees whether one is open', async () => {
    await offers.trace(PAGE, { isActive: true });
    jest.setSystemTime(1_005_000);
    await offers.trace(PAGE, { isActive: true });
    expect(openedTabs).toHaveLength(2);
  });

  it('answers the page before the tab opens, and the same where it cannot be opened', async () => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    whenTabIsCreated.answer = () => Promise.reject(new Error('no window'));
    await expect(offers.trace(PAGE, { isActive: true })).resolves.toBeUndefined();
    whenTabIsCreated.answer = () => new Promise(() => undefined);
    jest.setSystemTime(1_005_000);
    await expect(offers.trace(PAGE, { isActive: true })).resolves.toBeUndefined();
    jest.restoreAllMocks();
  });

  it('does not open without a click, in the background, or for a site that policy blocks', async () => {
    await expect(offers.trace(PAGE, { isActive: false })).rejects.toMatchObject({ code: 'WINDOW_NOT_ALLOWED' });
    isAllowed = false;
    await expect(offers.trace(PAGE, { isActive: true })).rejects.toMatchObject({ code: 'WINDOW_NOT_ALLOWED' });
    isAllowed = true;
    managed.content = { blockedSites: [PAGE.origin] };
    await expect(offers.trace(PAGE, { isActive: true })).rejects.toMatchObject({ code: 'SITE_NOT_GRANTED' });
    expect(openedTabs).toEqual([]);
  });

  it('opens once in five seconds for a flood of one site, in whichever tab, and at once for another site', async () => {
    const flood = Array.from({ length: 50 }, (_, tabId) => offers.trace({ ...PAGE, tabId }, { isActive: true }));
    const ended = await Promise.allSettled(flood);
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    jest.setSystemTime(1_004_999);
    await expect(offers.trace(PAGE, { isActive: true })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await offers.trace({ ...PAGE, origin: 'https://other.example.com' }, { isActive: true });
    expect(openedTabs).toHaveLength(2);
  });

  it('opens beside a support file: neither counts for the other', async () => {
    await offers.bundle(PAGE, OWNER, { isActive: true });
    await offers.trace(PAGE, { isActive: true });
    expect([opened.length, openedTabs.length]).toEqual([1, 1]);
  });
});
