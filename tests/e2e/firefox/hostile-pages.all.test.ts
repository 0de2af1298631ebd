import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FIREFOX_EXTENSION_ID } from '@cardwright/protocol/identity';
import { FIREFOX_EXTENSION_DIR, patiently, until } from '@cardwright/stage';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Frame, Page } from 'puppeteer-core';
import { refocus } from '../../support/armed-button.js';
import { startFakePortal, type FakePortal } from '../../support/fake-portal.js';
import { writeHostileAddon } from '../../support/hostile-extension.js';
import { closing } from '../../support/workplace/closing.js';
import { WireSession } from '../../support/wire-page.js';
import { Workplace } from '../../support/workplace/workplace.js';

/** Longer than the sdk waits for a `ready`. */
const SILENCE_MS = 2_000;

/** Parameters of `initialize`, by which a page says what it speaks. */
const PARAMS = JSON.stringify({ protocol: { min: { major: 3, minor: 0 }, max: { major: 3, minor: 0 } }, sdk: '0' });

/** Says hello to a window as no honest page would, and returns what came back. */
const ask = (target: string): string => `new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  const heard = [];
  port1.onmessage = ({ data }) => heard.push(data);
  ${target}.postMessage({ cardwright: 'hello' }, '*', [port2]);
  port1.postMessage({ jsonrpc: '2.0', id: 1, method: 'initialize', params: ${PARAMS} });
  setTimeout(() => resolve(JSON.stringify(heard)), ${SILENCE_MS});
})`;

/** Asks by the first session of a page of the fake portal, and returns what comes back. */
const ASK_AGAIN = `new Promise((resolve) => {
  const [session] = sessions;
  const before = session.heard.length;
  session.port.postMessage({ jsonrpc: '2.0', id: 99, method: 'initialize', params: ${PARAMS} });
  setTimeout(() => resolve(JSON.stringify(session.heard.slice(before))), ${SILENCE_MS});
})`;

let place: Workplace;
let portal: FakePortal;
beforeAll(async () => {
  place = await Workplace.open({ own: 'its browser is Firefox', kind: 'firefox' });
  portal = await startFakePortal();
});
afterAll(async () => {
  await portal.close();
  await place.close();
});

async function open(address = '/'): Promise<Page> {
  const page = patiently(await place.stage.browser.browser.newPage());
  await page.goto(portal.origin + address);
  return page;
}

/** Puts a page into a frame of this one; a sandbox has scripts and nothing else. */
async function frameIn(page: Page, address: string, sandbox: string | null = null): Promise<Frame> {
  await page.evaluate(
    (src, tokens) => {
      const frame = document.createElement('iframe');
      if (tokens !== null) frame.setAttribute('sandbox', tokens);
      frame.src = src;
      document.body.append(frame);
    },
    address,
    sandbox,
  );
  const frame = await page.waitForFrame((one) => one.parentFrame() !== null && one.url().startsWith(address));
  await frame.waitForSelector('h1');
  return frame;
}

const elsewhere = (): string => portal.origin.replace('localhost', '127.0.0.1');

it('hears a page itself, or the other tests show nothing', async () => {
  expect(await (await open()).evaluate(ask('window'))).toContain('ready');
});

it.each([
  ['of the same site', () => portal.origin, null],
  ['of another site', elsewhere, null],
  ['in a sandbox', () => portal.origin, 'allow-scripts'],
] as const)('hears no frame %s, in its own window or in the page', async (_, address, sandbox) => {
  const frame = await frameIn(await open(), address(), sandbox);
  for (const target of ['window', 'parent']) expect(await frame.evaluate(ask(target))).toBe('[]');
});

it('serves no sandboxed page', async () => {
  expect(await (await open('/sandboxed')).evaluate(ask('window'))).not.toContain('"result"');
});

it('hears no page that another has opened, in the window of the other', async () => {
  const page = await open();
  const opened = new Promise<Page | null>((resolve) => page.once('popup', resolve));
  await page.evaluate((url) => void window.open(url), portal.origin);
  const tab = await opened;
  if (tab === null) throw new Error('no tab was opened');
  await tab.waitForSelector('h1');
  expect(await tab.evaluate(ask('opener'))).toBe('[]');
});

it('gives a page that comes back from the cache nothing by its old port', async () => {
  const page = await open();
  await (await WireSession.open(page)).initialize();
  expect(await page.evaluate(ASK_AGAIN)).not.toBe('[]');
  // The driver waits in vain for a page that comes from the cache to load, so that page itself tells another one of its site what it hears.
  await page.evaluate(`addEventListener('pageshow', async () => {
    localStorage.setItem('heard', await ${ASK_AGAIN});
  })`);
  await page.goto(`${portal.origin}/away`);
  await page.evaluate(() => {
    setTimeout(() => {
      history.back();
    });
  });
  const other = await open('/other');
  const kept = other.waitForFunction(() => localStorage.getItem('heard'));
  // Firefox loads it again if something was sent to it meanwhile, and then nothing of its session is left. Each look asks again, because a
  // navigation may end a wait of the driver.
  const isNew = () => page.evaluate("location.pathname === '/' && sessions.length === 0");
  const loaded = until(() => isNew().catch(() => false), { what: 'the page, loaded again' });
  const back = await Promise.any([kept.then((heard) => heard.jsonValue()), loaded.then(() => '[]')]);
  expect(back).toBe('[]');
});

it('gives a page nothing by a port of the extension before its update', async () => {
  const page = await open();
  await (await WireSession.open(page)).initialize();
  expect(await page.evaluate(ASK_AGAIN)).not.toBe('[]');
  await place.stage.browser.installExtension(FIREFOX_EXTENSION_DIR);
  expect(await page.evaluate(ASK_AGAIN)).toBe('[]');
});

it('answers no other extension', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-hostile-'));
  await place.stage.browser.installExtension(writeHostileAddon(folder, FIREFOX_EXTENSION_ID, SILENCE_MS));
  const page = await open();
  await page.waitForFunction(() => document.documentElement.dataset.told !== undefined);
  const told = await page.evaluate(() => document.documentElement.dataset.told);
  rmSync(folder, { recursive: true });
  expect(told).toBe(JSON.stringify({ answer: 'refused', end: 'ended', heard: [] }));
});

it('takes no click for a consent that comes with its window, and no Enter', async () => {
  const page = await open();
  const session = await WireSession.open(page);
  const answer = session.call('access.request', { classes: ['read'] });
  const consent = await place.stage.extensionWindow('consent');
  await consent.bringToFront();
  expect(await consent.$eval('#cancel', (button) => button === document.activeElement)).toBe(true);
  expect(await refocus(consent, '#allow')).toEqual([true, true]);
  await consent.waitForSelector('#allow:not(:disabled)');
  const closed = closing(consent);
  await consent.keyboard.press('Enter');
  await closed;
  expect((await answer).error).toMatchObject({ data: { details: { consent: 'denied' } } });
});
