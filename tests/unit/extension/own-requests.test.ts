import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { managed, resetFakeChrome } from '../../support/fake-chrome.js';
import { EXTENSION_ID, OWN } from './background/fake-port.js';

// These modules need the fake browser when they are loaded.
const { SiteAccess } = await import('../../../extension/src/background/site-access.js');
const { serveOwnPage } = await import('../../../extension/src/background/own-requests.js');

const PARTS = {
  access: new SiteAccess(() => Promise.resolve({ allowed: false })),
  trace: { file: () => null },
  failures: { of: () => Promise.resolve([]) },
  siteIn: () => null,
};
const ORIGIN = 'https://portal.example.com';
const POPUP = { id: EXTENSION_ID, url: `${OWN}pages/popup.html` };
const FOREIGN = { id: 'another-extension', url: 'chrome-extension://another-extension/page.html' };

/** Sends a message to the background and returns its answer. */
const ask = (message: unknown, sender: object = POPUP): Promise<unknown> =>
  new Promise((resolve) => void serveOwnPage(message, sender, resolve, PARTS));

beforeEach(() => {
  resetFakeChrome();
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(() => void jest.restoreAllMocks());

describe('a message to the background', () => {
  it('is answered where a page of the extension sent it', async () => {
    managed.content = { allowedSites: { [ORIGIN]: ['read'] } };
    expect(await ask({ ask: 'sites' })).toEqual({
      answer: [expect.objectContaining({ origin: ORIGIN, rule: 'allowedSites', granted: ['read'] })],
    });
  });

  it('has no answer where it is no request, which the log has', async () => {
    expect(await ask({ ask: 'anything' })).toBeUndefined();
    expect(console.error).toHaveBeenCalledTimes(1);
  });

  it('has no answer where someone else sent it', async () => {
    expect(await ask({ ask: 'sites' }, FOREIGN)).toBeUndefined();
    expect(console.error).not.toHaveBeenCalled();
  });
});
