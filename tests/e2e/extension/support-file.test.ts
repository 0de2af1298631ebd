import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { supportBundle } from '@cardwright/protocol/trace';
import { inRepository, pressButton, until } from '@cardwright/stage';
import type { Page } from 'puppeteer-core';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { ExtensionStage } from '../../support/extension-stage.js';
import { runUnasked, WireSession } from '../../support/wire-page.js';
import { everyOrNamed } from '../../support/thorough.js';

/** The support file. Its user saves it, and the page that asks learns nothing of it. */

const SCREENSHOTS = inRepository('tests', 'screenshots', 'extension');
const ASK = 'diagnostics.offerBundle';
/** Offers the file from a script of the page. */
const OFFER = `(async () => {
  const session = hello();
  await hear(session, ({ cardwright }) => cardwright === 'ready');
  return (await call(session, '${ASK}', {})).error?.data.name;
})()`;

let stage: ExtensionStage;
let downloads: string;

beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  downloads = mkdtempSync(path.join(tmpdir(), 'cardwright-downloads-'));
  stage = await ExtensionStage.open();
});
beforeEach(() => stage.startOver());
afterAll(async () => {
  await stage.close();
  rmSync(downloads, { recursive: true, force: true });
});

async function saved(window: Page): Promise<unknown> {
  const cdp = await window.createCDPSession();
  await cdp.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: downloads });
  await pressButton(window, '#save');
  const files = () => readdirSync(downloads).filter((name) => name.endsWith('.json'));
  await until(() => files().length > 0, { what: 'the saved file' });
  return JSON.parse(readFileSync(path.join(downloads, files()[0] ?? ''), 'utf8'));
}

describe('a support file', () => {
  it('is shown and saved for a site that nobody has allowed, whose page gets an empty answer', async () => {
    const session = await WireSession.open(await stage.page());
    expect(await session.code('device.list')).toBe('NOT_INITIALIZED');
    const answer = await session.call(ASK);
    expect(answer.result).toEqual({});
    const window = await stage.window('bundle');
    await window.waitForSelector('#save:not(:disabled)');
    const file = validate(supportBundle, await saved(window));
    expect(file).toMatchObject({ madeBy: 'extension', versions: { extension: '0.1.0', host: '0.1.0' }, trace: null });
    expect(file.checks).toContainEqual(
      expect.objectContaining({ id: 'site', outcome: 'failed', code: 'SITE_NOT_GRANTED' }),
    );
    expect(file.failures).toEqual([{ at: expect.any(Number), method: 'device.list', code: 'NOT_INITIALIZED' }]);
    expect(await window.$eval('#checks', ({ textContent }) => textContent)).toContain('device.list');
    expect(JSON.parse(await window.$eval('#content', ({ textContent }) => textContent))).toEqual(file);
    // Neither the window's end nor anything in it reaches the page.
    await window.close();
    expect(await session.code('device.list')).toBe('NOT_INITIALIZED');
    await stage.everyHostEnds();
  });

  it('is not offered without a click, nor twice in a minute', async () => {
    expect(await runUnasked(await stage.page(), OFFER)).toBe('WINDOW_NOT_ALLOWED');
    expect(stage.openWindows()).toBe(0);
    const session = await WireSession.open(await stage.page());
    expect((await session.call(ASK)).result).toEqual({});
    await (await stage.window('bundle')).close();
    expect(await session.code(ASK)).toBe('RATE_LIMITED');
    expect(stage.openWindows()).toBe(0);
  });

  it('is not offered to a page in the background', async () => {
    const session = await WireSession.open(await stage.page());
    await stage.page();
    expect(await session.code(ASK)).toBe('WINDOW_NOT_ALLOWED');
    expect(stage.openWindows()).toBe(0);
  });

  it.each(everyOrNamed(['light', 'dark'], 'dark'))('is readable in %s, without an axe finding', async (scheme) => {
    const window = await stage.ownPage('bundle');
    await window.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await window.waitForSelector('#save:not(:disabled)');
    await window.$eval('#preview', (details) => details.setAttribute('open', ''));
    for (const width of [360, 440]) {
      await window.setViewport({ width, height: 640 });
      expect(await window.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      await window.screenshot({ path: path.join(SCREENSHOTS, `bundle-${scheme}-${width}.png`), fullPage: true });
    }
    expect(await findAccessibilityFaults(window)).toEqual([]);
  });
});
