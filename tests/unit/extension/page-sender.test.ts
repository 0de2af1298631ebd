import { describe, expect, it } from '@jest/globals';
import '../../support/fake-chrome.js';

// These modules need the fake browser when they are loaded.
const { isOwnPage } = await import('../../../extension/src/background/own-page.js');
const { pageSender } = await import('../../../extension/src/background/page-sender.js');

const ID = 'bgndimlbjcagmmnfhehofoeodifnnofp';
const tab = { id: 7, incognito: false } as never;
const sender = (origin: string, more: object = {}) => ({
  id: ID,
  origin,
  url: `${origin}/page`,
  frameId: 0,
  tab,
  ...more,
});

describe('a page that says hello', () => {
  it.each([
    'https://portal.example.com',
    'https://portal.example.com:8443',
    'http://localhost:3000',
    'http://127.0.0.1:1',
  ])('is heard at %s', (origin) => {
    expect(pageSender(sender(origin))).toEqual({ origin, tabId: 7, isPrivate: false });
  });

  it('is identified by its address if the browser does not give its origin', () => {
    const { origin, ...told } = sender('https://portal.example.com');
    expect(pageSender(told)?.origin).toBe(origin);
  });

  it.each([
    ['without encryption', sender('http://portal.example.com')],
    ['at a name that only looks local', sender('http://localhost.example.com')],
    ['in a sandbox', sender('https://portal.example.com', { origin: 'null' })],
    ['in a frame', sender('https://portal.example.com', { frameId: 3 })],
    ['without a tab', sender('https://portal.example.com', { tab: undefined })],
    ['without an origin or an address', { id: ID, frameId: 0, tab }],
    ['with an address that is none', { id: ID, frameId: 0, tab, url: 'portal' }],
    ['with an origin that is not known', sender('https://portal.example.com', { origin: undefined })],
    ['of another extension', sender('chrome-extension://abcdefghijklmnopabcdefghijklmnop')],
  ])('is not heard %s', (_, from) => {
    expect(pageSender(from)).toBeNull();
  });
});

describe("the extension's own pages", () => {
  it('are distinguished from a site’s page, which has the same extension id but another address', () => {
    expect(isOwnPage({ id: ID, url: `chrome-extension://${ID}/pages/popup.html` })).toBe(true);
    expect(isOwnPage({ id: ID, url: 'https://portal.example.com/' })).toBe(false);
    expect(isOwnPage({ id: ID, url: `https://portal.example.com/chrome-extension://${ID}/` })).toBe(false);
    expect(isOwnPage({ id: 'other', url: `chrome-extension://${ID}/pages/popup.html` })).toBe(false);
    expect(isOwnPage(undefined)).toBe(false);
  });
});
