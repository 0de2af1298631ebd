import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { openPageBrowser, type PageBrowser } from '../../support/page-stage.js';

let browser: PageBrowser;
beforeAll(async () => {
  browser = await openPageBrowser();
});
afterAll(() => browser.close());

const pageWith = async (content: string, colour = 'black'): Promise<Page> => {
  const page = await browser.newPage();
  await page.setContent(
    `<!doctype html><html lang="en"><head><title>Devices</title><style>h1 { color: ${colour} }</style></head>
    <body><main>${content}</main></body></html>`,
  );
  return page;
};

/** True if axe itself was asked about a page. */
const wasJudged = (page: Page): Promise<boolean> => page.evaluate('typeof axe !== "undefined"') as Promise<boolean>;

it('is given again for a page that differs only in numbers, and not for other words, colours or sizes', async () => {
  const content = (serial: string): string => `<h1>Device ${serial}</h1>`;
  const first = await pageWith(content('20481632'));
  expect(await findAccessibilityFaults(first)).toEqual([]);
  expect(await wasJudged(first)).toBe(true);
  const same = await pageWith(content('7391'));
  expect(await findAccessibilityFaults(same)).toEqual([]);
  expect(await wasJudged(same)).toBe(false);
  await same.setViewport({ width: 360, height: 720 });
  expect(await findAccessibilityFaults(same)).toEqual([]);
  expect(await wasJudged(same)).toBe(true);
  const pale = await pageWith(content('7391'), '#ccc');
  expect(await findAccessibilityFaults(pale)).toEqual([expect.stringMatching(/^color-contrast: /)]);
  const dark = await pageWith('<h1 style="color: #555555">Device</h1>');
  expect(await findAccessibilityFaults(dark)).toEqual([]);
  const light = await pageWith('<h1 style="color: #999999">Device</h1>');
  expect(await findAccessibilityFaults(light)).toEqual([expect.stringMatching(/^color-contrast: /)]);
  const picture = await pageWith(`${content('7391')}<img src="data:,">`);
  expect(await findAccessibilityFaults(picture)).toEqual([expect.stringMatching(/^image-alt: /)]);
});

it('is about a modal dialog with all that its slots show, and not about the page behind it', async () => {
  const withDialog = async (behind: string, words: string): Promise<Page> => {
    const page = await pageWith(`<h1>Devices</h1>${behind}<div></div>`);
    await page.evaluate((shown) => {
      const host = document.querySelector('div');
      const inner = document.createElement('section');
      const dialog = document.createElement('dialog');
      dialog.ariaLabel = 'PIN';
      dialog.append(document.createElement('slot'));
      inner.attachShadow({ mode: 'open' }).append(dialog);
      inner.append(document.createElement('slot'));
      host?.attachShadow({ mode: 'open' }).append(inner);
      host?.setHTMLUnsafe(shown);
      dialog.showModal();
    }, words);
    return page;
  };
  const first = await withDialog('<p>One device</p>', '<p>Type it</p>');
  expect(await findAccessibilityFaults(first)).toEqual([]);
  expect(await wasJudged(first)).toBe(true);
  const behind = await withDialog('<img src="data:,">', '<p>Type it again</p>');
  expect(await findAccessibilityFaults(behind)).toEqual([]);
  expect(await wasJudged(behind)).toBe(true);
  const other = await withDialog('<p>Two devices</p>', '<p>Type it</p>');
  expect(await findAccessibilityFaults(other)).toEqual([]);
  expect(await wasJudged(other)).toBe(false);
  const within = await withDialog('<p>One device</p>', '<p>Type it</p><img src="data:,">');
  expect(await findAccessibilityFaults(within)).toEqual([expect.stringMatching(/^image-alt: /)]);
});
