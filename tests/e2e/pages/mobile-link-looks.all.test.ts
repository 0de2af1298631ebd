import { mkdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { inRepository } from '@cardwright/stage';
import { writeIconPage } from '../../../portal/src/server/routes/mobile/icon-page.js';
import { writeLinkPage } from '../../../portal/src/server/routes/mobile/link-page.js';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { findLayoutFaults } from '../../support/layout-faults.js';
import { openPageBrowser, openPage, PageServer, waitFor, type PageBrowser } from '../../support/page-stage.js';

const SCREENSHOTS = new URL('../../screenshots/mobile-link/', import.meta.url).pathname;

/** The pages that a phone shows, by name: of the link, and of the icon that its configuration brings. */
const PAGES = {
  ...Object.fromEntries(
    (['download', 'not-safari', 'unsupported', 'dead'] as const).map((kind) => [
      kind,
      (language: string) =>
        writeLinkPage(kind, language, { profile: '/mobile/enrol/token/profile', isVerified: false }),
    ]),
  ),
  ...Object.fromEntries(
    (['finish', 'finished', 'dead'] as const).map((kind) => [
      `icon-${kind}`,
      (language: string) => writeIconPage(kind, language),
    ]),
  ),
};

/** Phones, and a tablet with the longer words. */
const LOOKS = [
  { language: 'en', scheme: 'light', width: 360 },
  { language: 'de', scheme: 'dark', width: 360 },
  { language: 'de', scheme: 'light', width: 820 },
] as const;
const SCENES = Object.keys(PAGES).flatMap((kind) => LOOKS.map((look) => ({ kind, ...look })));
const nameOf = (scene: (typeof SCENES)[number]) => Object.values(scene).join('-');

let browser: PageBrowser;
let server: PageServer;
const files = new Map(
  ['page.css', 'favicon.svg'].map((name) => [
    `/${name}`,
    readFileSync(inRepository(`portal/src/pages/${name}`), 'utf8'),
  ]),
);

beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  server = await PageServer.start(files, () => {
    throw new CardwrightError('METHOD_NOT_FOUND');
  });
  browser = await openPageBrowser();
});
afterEach(() => browser.reusePages());
afterAll(async () => {
  await browser.close();
  await server.stop();
});

it.each(SCENES)('shows a phone the page $kind in $language, $scheme, $width pixels wide', async (scene) => {
  const { kind, language, scheme, width } = scene;
  files.set('/link', PAGES[kind]?.(language) ?? '');
  const page = await openPage(browser, `${server.origin}/link`, { scheme, width });
  await waitFor(page, 'h1');
  expect(await findAccessibilityFaults(page)).toEqual([]);
  expect(await findLayoutFaults(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  await page.screenshot({ path: `${SCREENSHOTS}${nameOf(scene)}.png`, fullPage: true, optimizeForSpeed: true });
});
