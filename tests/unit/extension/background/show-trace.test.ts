import { afterEach, expect, it, jest } from '@jest/globals';
import { until } from '@cardwright/stage';
import { managed, openedTabs } from '../../../support/fake-chrome.js';
import { ORIGIN, SessionStage } from './session-stage.js';

/** A page that has the inspector opened. */

const ASK = 'diagnostics.showTrace';
const INSPECTOR = 'pages/inspector.html';

afterEach(() => void jest.useRealTimers());

/** Sends the command with a click of the user, and returns the answer. */
async function askWithClick(stage: SessionStage, params: object, id: number): Promise<unknown> {
  const page = stage.pages.at(-1) ?? stage.page();
  page.port.say({ message: { jsonrpc: '2.0', id, method: ASK, params }, isActive: true });
  return until(() => page.heard.find((message) => !('method' in message) && message.id === id), { what: 'an answer' });
}

it('opens for the page of a site that nobody has allowed, which gets an empty answer', async () => {
  const stage = await SessionStage.open();
  managed.content = {};
  expect(await askWithClick(stage, {}, 1)).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
  expect(openedTabs).toEqual([{ url: expect.stringMatching(new RegExp(`/${INSPECTOR}#${ORIGIN}$`)) }]);
});

it.each([
  ['another site', { origin: 'https://victim.example' }],
  ['a filter', { filter: 'is:error' }],
  ['a script', { url: 'javascript:alert(1)' }],
  ['a long text', { site: 'x'.repeat(100_000) }],
])('does not open for a page that sends %s with it', async (_, params) => {
  const stage = await SessionStage.open();
  expect(await askWithClick(stage, params, 1)).toMatchObject({ error: { data: { name: 'INVALID_PARAMS' } } });
  expect(openedTabs).toEqual([]);
});

it('does not open for a page that may not use Cardwright, nor without a click', async () => {
  const stage = await SessionStage.open();
  const page = stage.page();
  expect(await page.ask(1, ASK)).toMatchObject({ error: { data: { name: 'WINDOW_NOT_ALLOWED' } } });
  stage.page(null);
  expect(await askWithClick(stage, {}, 2)).toMatchObject({ error: { data: { name: 'INSECURE_CONTEXT' } } });
  expect(openedTabs).toEqual([]);
});

it('answers the same whether an inspector is open or not, and records nothing until one is', async () => {
  const stage = await SessionStage.open();
  const alone = await askWithClick(stage, {}, 1);
  expect(stage.recordsMade).toBe(0);
  await stage.inspector();
  jest.useFakeTimers({ now: Date.now() + 5_000, doNotFake: ['setTimeout', 'queueMicrotask', 'nextTick'] });
  expect(await askWithClick(stage, {}, 2)).toEqual({ ...(alone as object), id: 2 });
  expect(openedTabs).toHaveLength(2);
});
