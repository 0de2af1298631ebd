import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { inRepository, patiently, until } from '@cardwright/stage';
import type { Page } from 'puppeteer-core';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { ExtensionStage } from '../../support/extension-stage.js';
import { runUnasked, WireSession } from '../../support/wire-page.js';

/** A page that has the inspector show what happened. */

const SCREENSHOTS = inRepository('tests', 'screenshots', 'extension');
const ASK = 'diagnostics.showTrace';
/** Asks from a script of the page. */
const UNASKED = `(async () => {
  const session = hello();
  await hear(session, ({ cardwright }) => cardwright === 'ready');
  return (await call(session, '${ASK}', {})).error?.data.name;
})()`;

let stage: ExtensionStage;

beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  stage = await ExtensionStage.open();
});
beforeEach(() => stage.startOver());
afterAll(() => stage.close());

/** Waits for the inspector that the background opened. */
async function inspector(): Promise<Page> {
  const { browser } = stage.chromium;
  const target = await browser.waitForTarget((one) => one.url().includes('/pages/inspector.html'));
  const page = await target.page();
  if (page === null) throw new Error('the inspector is no page');
  return patiently(page);
}

const textOf = (page: Page, selector: string): Promise<string> =>
  page.$eval(selector, ({ textContent }) => textContent);

describe('the inspector of an error', () => {
  it('lists what failed last at the site, and then has every message of it', async () => {
    const session = await WireSession.open(await stage.page());
    await stage.grant(['read']);
    expect(await session.code('device.list')).toBe('NOT_INITIALIZED');
    expect((await session.call(ASK)).result).toEqual({});
    const page = await inspector();
    await page.waitForSelector('#past li');
    const { origin } = stage.portal;
    expect(page.url().endsWith(`/pages/inspector.html#${origin}`)).toBe(true);
    expect(await textOf(page, '#past h2')).toBe(`What failed last at ${origin}`);
    expect(await textOf(page, '#past li .code')).toBe('device.list · NOT_INITIALIZED');
    expect(await page.$eval('#filter', (input) => 'value' in input && input.value)).toBe(`origin:${origin.slice(7)}`);
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      expect(await findAccessibilityFaults(page)).toEqual([]);
      await page.screenshot({ path: path.join(SCREENSHOTS, `inspector-past-${scheme}.png`) });
    }
    await session.page.bringToFront();
    expect(await session.code('pin.getStatus')).toBe('NOT_INITIALIZED');
    await page.bringToFront();
    const rows = () => textOf(page, '.canvas');
    await until(async () => (await rows()).includes('pin.getStatus'), { what: 'the message in the inspector' });
    expect(await rows()).not.toContain('device.list');
    expect(await page.$eval('#empty', (empty) => empty.hasAttribute('hidden'))).toBe(true);
  });

  it('does not open without a click, in the background, or twice in five seconds', async () => {
    expect(await runUnasked(await stage.page(), UNASKED)).toBe('WINDOW_NOT_ALLOWED');
    const behind = await WireSession.open(await stage.page());
    const session = await WireSession.open(await stage.page());
    expect(await behind.code(ASK)).toBe('WINDOW_NOT_ALLOWED');
    expect(stage.openWindows()).toBe(0);
    expect((await session.call(ASK)).result).toEqual({});
    await inspector();
    await session.page.bringToFront();
    expect(await session.code(ASK)).toBe('RATE_LIMITED');
    expect(stage.openWindows()).toBe(1);
  });
});
