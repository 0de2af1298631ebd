import { afterEach, describe, expect, it } from '@jest/globals';
import { PROTOCOL_RANGE } from '@cardwright/protocol/messages';
import chrome from 'sinon-chrome';
import { managed, openWindows } from '../../../support/fake-chrome.js';
import { settle } from './fake-port.js';
import { ORIGIN, PageSide, SessionStage } from './session-stage.js';

await import('../../../../extension/src/background/main.js');

/** The background as the browser starts it, with a session whose grant was withdrawn silently. */

let page: PageSide;
afterEach(() => page.port.close());

async function openWithdrawn(): Promise<void> {
  SessionStage.start();
  page = new PageSide();
  chrome.runtime.onConnect.dispatch(page.port.port);
  expect(await page.ask(1, 'initialize', { protocol: PROTOCOL_RANGE, sdk: '0.1.0' })).toHaveProperty('result');
  managed.content = { ...managed.content, allowedSites: {} };
}

const tell = async (keys: string): Promise<void> => {
  chrome.storage.onChanged.dispatch(
    Object.fromEntries(keys.split(' ').map((key) => [key, { newValue: {} }])),
    'session',
  );
  await settle();
};

describe('an open session', () => {
  it.each(['failures', 'trace:recorded', 'failures trace:kept', 'update'])(
    'is not checked again because of recorded data: %s',
    async (keys) => {
      await openWithdrawn();
      await tell(keys);
      expect(page.port.isOpen).toBe(true);
    },
  );

  it.each(['allowedSites', 'site:https://portal.example', 'failures allowedSites', 'failures:allowedSites'])(
    'is checked again because of data that decide: %s',
    async (keys) => {
      await openWithdrawn();
      await tell(keys);
      expect(page.port.isOpen).toBe(false);
      expect(page.heard.at(-1)).toMatchObject({ params: { error: { data: { name: 'SITE_NOT_GRANTED' } } } });
    },
  );
});

describe('an open question about a site', () => {
  it('goes when policy comes to grant the site, and the page has its access', async () => {
    SessionStage.start();
    managed.content = {};
    page = new PageSide();
    chrome.runtime.onConnect.dispatch(page.port.port);
    const request = { jsonrpc: '2.0', id: 1, method: 'access.request', params: { classes: ['read'] } };
    page.port.say({ message: request, isActive: true });
    const windows = openWindows.length;
    await settle();
    expect(openWindows).toHaveLength(windows + 1);
    managed.content = { allowedSites: { [ORIGIN]: ['read'] } };
    await tell('allowedSites');
    expect(openWindows).toHaveLength(windows);
    expect(page.heard).toMatchObject([{ id: 1, result: { granted: ['read'] } }]);
  });
});
