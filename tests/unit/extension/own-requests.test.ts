import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { CommandFailure } from '@cardwright/protocol/trace';
import { managed, resetFakeChrome } from '../../support/fake-chrome.js';
import { EXTENSION_ID, OWN } from './background/fake-port.js';

// These modules need the fake browser when they are loaded.
const { SiteAccess } = await import('../../../extension/src/background/site-access.js');
const { serveOwnPage } = await import('../../../extension/src/background/own-requests.js');

const PARTS = {
  access: new SiteAccess(() => Promise.resolve({ allowed: false })),
  trace: { file: jest.fn<(origin: string | null) => null>(() => null) },
  failures: { of: (): Promise<CommandFailure[]> => Promise.resolve([]) },
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

  it('tells what failed at the site that it names, and to no one else', async () => {
    const failures = [{ at: 1, method: 'device.list', code: 'NO_READER' }];
    const of = jest.spyOn(PARTS.failures, 'of').mockResolvedValue(failures);
    expect(await ask({ ask: 'failures', origin: ORIGIN })).toEqual({ answer: failures });
    expect(of.mock.calls).toEqual([[ORIGIN]]);
    expect(await ask({ ask: 'failures', origin: ORIGIN }, FOREIGN)).toBeUndefined();
    expect(await ask({ ask: 'failures', origin: null })).toBeUndefined();
    expect(of).toHaveBeenCalledTimes(1);
  });

  it('makes the support file of a site from what concerns that site alone', async () => {
    const asked = jest.spyOn(PARTS.trace, 'file');
    await ask({ ask: 'pastEvents', origin: ORIGIN });
    expect(asked.mock.calls).toEqual([[ORIGIN]]);
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
