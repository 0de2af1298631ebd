import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { ExtensionStage } from '../../support/extension-stage.js';

/** Longer than the sdk waits for a `ready`. */
const SILENCE_MS = 1_200;

/** Says hello as no honest page would, asks to be initialised, and returns what came back. */
const ASK = `new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  const heard = [];
  port1.onmessage = ({ data }) => heard.push(data);
  postMessage({ cardwright: 'hello' }, '*', [port2]);
  const params = { protocol: { min: { major: 3, minor: 0 }, max: { major: 3, minor: 0 } }, sdk: '0' };
  port1.postMessage({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
  setTimeout(() => resolve(JSON.stringify(heard)), ${SILENCE_MS});
})`;

declare const sessions: readonly { readonly port: MessagePort; readonly heard: readonly unknown[] }[];

let stage: ExtensionStage;
beforeAll(async () => {
  stage = await ExtensionStage.open();
});
beforeEach(() => stage.startOver());
afterAll(() => stage.close());

it('serves no sandboxed page, though its site is granted', async () => {
  await stage.grant(['read', 'use', 'manage']);
  const page = await stage.page('/sandboxed');
  expect(await page.evaluate('origin')).toBe('null');
  expect(await page.evaluate(ASK)).not.toContain('"result"');
  expect(stage.hostNotes()).toEqual([]);
  // The same site outside of the sandbox is served.
  expect(await (await stage.page()).evaluate(ASK)).toContain('"result"');
});

it('ends the session of a page that its browser keeps for the way back, whose port then leads nowhere', async () => {
  const { page } = await stage.granted();
  await page.evaluate(() => {
    Object.assign(globalThis, { kept: 'before' });
  });
  await page.goto(`${stage.portal.origin}/away`);
  await stage.everyHostEnds();
  await page.goBack();
  // From the cache the page comes back with its variables; else it is new, and has no session.
  const [mark, count] = await page.evaluate(() => [
    String(Reflect.get(globalThis, 'kept')),
    sessions.map(({ heard }) => heard.length).join(),
  ]);
  expect(mark).toBe('before');
  await page.evaluate(() => {
    for (const { port } of sessions) port.postMessage({ jsonrpc: '2.0', id: 99, method: 'device.list', params: {} });
  });
  await new Promise((resolve) => setTimeout(resolve, SILENCE_MS));
  const answers = await page.evaluate(() => JSON.stringify(sessions.map(({ heard }) => heard)));
  expect([count, answers]).toEqual([expect.anything(), expect.not.stringContaining('"id":99,"result"')]);
  expect(stage.hostNotes().filter(({ started }) => started !== undefined)).toHaveLength(1);
});

it('serves no page that its browser has loaded in advance, before its user sees it', async () => {
  await stage.grant(['read', 'use', 'manage']);
  const page = await stage.page();
  await page.evaluate(() => {
    const rules = document.createElement('script');
    rules.type = 'speculationrules';
    rules.textContent = JSON.stringify({ prerender: [{ urls: ['/prerendered'], eagerness: 'immediate' }] });
    document.head.append(rules);
  });
  await page.waitForFunction(() => localStorage.getItem('heard') !== null);
  const heard = await page.evaluate(() => localStorage.getItem('heard'));
  expect(heard).toContain('"prerendering":true');
  expect(heard).not.toContain('"result"');
  expect(stage.hostNotes()).toEqual([]);
});
