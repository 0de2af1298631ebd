import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PROTOCOL_RANGE } from '@cardwright/protocol/messages';
import chrome from 'sinon-chrome';
import { managed } from '../../../support/fake-chrome.js';
import { PageSide, SessionStage } from './session-stage.js';

const { LONGEST_WAIT, QUIET } = await import('../../../../extension/src/background/waiting-update.js');
await import('../../../../extension/src/background/main.js');

/** The background as the browser starts it, with a page that has its session, when the browser announces an update. */
describe('the background', () => {
  let page: PageSide;
  const reloads = (): number => chrome.runtime.reload.callCount;
  const announce = async (): Promise<void> => {
    chrome.runtime.onUpdateAvailable.dispatch({ version: '0.2.0' });
    await jest.advanceTimersByTimeAsync(0);
  };

  beforeEach(async () => {
    chrome.runtime.reload.resetHistory();
    SessionStage.start();
    page = new PageSide();
    chrome.runtime.onConnect.dispatch(page.port.port);
    expect(await page.ask(1, 'initialize', { protocol: PROTOCOL_RANGE, sdk: '0.1.0' })).toHaveProperty('result');
    jest.useFakeTimers({ doNotFake: ['queueMicrotask', 'nextTick'] });
  });
  afterEach(() => {
    page.port.close();
    jest.useRealTimers();
  });

  it('applies the update when the page has ended its session', async () => {
    await announce();
    await jest.advanceTimersByTimeAsync(2 * QUIET);
    expect([reloads(), page.port.isOpen]).toEqual([0, true]);
    page.port.close();
    await jest.advanceTimersByTimeAsync(QUIET);
    expect(reloads()).toBe(1);
  });

  it('is not kept back by a page without a grant, which is told to reload', async () => {
    page.port.close();
    const stranger = new PageSide();
    managed.content = { ...managed.content, allowedSites: {} };
    chrome.runtime.onConnect.dispatch(stranger.port.port);
    await announce();
    await jest.advanceTimersByTimeAsync(QUIET);
    expect(stranger.heard.at(-1)).toMatchObject({ params: { error: { data: { name: 'EXTENSION_UPDATED' } } } });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(reloads()).toBe(1);
  });

  it('ends the session after 8 hours, with the reason, and then applies the update', async () => {
    await announce();
    jest.setSystemTime(Date.now() + LONGEST_WAIT);
    await announce();
    expect([reloads(), page.port.isOpen]).toEqual([0, false]);
    expect(page.heard.at(-1)).toMatchObject({
      method: 'session.ended',
      params: { error: { data: { name: 'EXTENSION_UPDATED' } } },
    });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(reloads()).toBe(1);
  });
});
