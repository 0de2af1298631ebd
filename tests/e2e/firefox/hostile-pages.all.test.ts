import { patiently } from '@cardwright/stage';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Frame, Page } from 'puppeteer-core';
import { startFakePortal, type FakePortal } from '../../support/fake-portal.js';
import { Workplace } from '../../support/workplace/workplace.js';

/** Longer than the sdk waits for a `ready`. */
const SILENCE_MS = 2_000;

/** Says hello to a window as no honest page would, and returns what came back. */
const ask = (target: string): string => `new Promise((resolve) => {
  const { port1, port2 } = new MessageChannel();
  const heard = [];
  port1.onmessage = ({ data }) => heard.push(data);
  ${target}.postMessage({ cardwright: 'hello' }, '*', [port2]);
  const params = { protocol: { min: { major: 3, minor: 0 }, max: { major: 3, minor: 0 } }, sdk: '0' };
  port1.postMessage({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
  setTimeout(() => resolve(JSON.stringify(heard)), ${SILENCE_MS});
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
