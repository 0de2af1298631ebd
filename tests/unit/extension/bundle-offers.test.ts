import { beforeEach, expect, it, jest } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { managed, resetFakeChrome } from '../../support/fake-chrome.js';

// These modules need the fake browser when they are loaded.
const { BundleOffers } = await import('../../../extension/src/background/bundle-offers.js');

/** A page, here the attacker, that has the window for saving a support file opened. */

const PAGE = { origin: 'https://portal.example.com', isPrivate: false, tabId: 11 };
const OWNER = { tabId: 11, session: 'session' };
const opened: unknown[] = [];
let isAllowed: boolean;
let offers: InstanceType<typeof BundleOffers>;

beforeEach(() => {
  resetFakeChrome();
  jest.useFakeTimers({ now: 1_000_000 });
  opened.length = 0;
  isAllowed = true;
  offers = new BundleOffers({
    ask: (window, content, { owner, signal }) => {
      opened.push({ window, content, tabId: owner.tabId, isAborted: signal.aborted });
      // The user closes it without saving, which is withheld from the page.
      return Promise.reject(new CardwrightError('USER_CANCELLED'));
    },
    requireAllowed: () => (isAllowed ? Promise.resolve() : Promise.reject(new CardwrightError('WINDOW_NOT_ALLOWED'))),
  });
});

it('opens one window after a click, for the origin that the browser names, and keeps its outcome from the page', async () => {
  await expect(offers.offer(PAGE, OWNER, { isActive: true })).resolves.toBeUndefined();
  expect(opened).toEqual([{ window: 'bundle', content: { origin: PAGE.origin }, tabId: 11, isAborted: false }]);
});

it('opens no window without a click', async () => {
  await expect(offers.offer(PAGE, OWNER, { isActive: false })).rejects.toMatchObject({ code: 'WINDOW_NOT_ALLOWED' });
  expect(opened).toEqual([]);
});

it('opens no window for a page in the background, which may ask as soon as it is visible', async () => {
  isAllowed = false;
  await expect(offers.offer(PAGE, OWNER, { isActive: true })).rejects.toMatchObject({ code: 'WINDOW_NOT_ALLOWED' });
  expect(opened).toEqual([]);
  isAllowed = true;
  await offers.offer(PAGE, OWNER, { isActive: true });
  expect(opened).toHaveLength(1);
});

it('opens one window in a minute, also for two concurrent requests, and in another tab of the site', async () => {
  const both = await Promise.allSettled([
    offers.offer(PAGE, OWNER, { isActive: true }),
    offers.offer(PAGE, OWNER, { isActive: true }),
  ]);
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  await expect(offers.offer({ ...PAGE, tabId: 12 }, { ...OWNER, tabId: 12 }, { isActive: true })).rejects.toMatchObject(
    {
      code: 'RATE_LIMITED',
    },
  );
  jest.setSystemTime(1_059_999);
  await expect(offers.offer(PAGE, OWNER, { isActive: true })).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  jest.setSystemTime(1_060_000);
  await offers.offer(PAGE, OWNER, { isActive: true });
  expect(opened).toHaveLength(2);
});

it('opens no window for a site that policy blocks', async () => {
  managed.content = { blockedSites: [PAGE.origin] };
  await expect(offers.offer(PAGE, OWNER, { isActive: true })).rejects.toMatchObject({
    code: 'SITE_NOT_GRANTED',
    data: { consent: 'blocked' },
  });
  expect(opened).toEqual([]);
});
