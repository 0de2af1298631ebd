import { mkdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { findLayoutFaults } from '../../support/layout-faults.js';
import { changeLook, openPageBrowser, type Look, type PageServer, type PageBrowser } from '../../support/page-stage.js';
import { ScriptedCms } from '../../support/scripted-cms.js';
import { openWizardPage, serveWizard, type DialogName } from '../../support/wizard-stage.js';
import { dialogOf, playScene } from './scenes/play-scene.js';
import { SCENES } from './scenes/scenes.js';

const SCREENSHOTS = new URL('../../screenshots/wizard/', import.meta.url).pathname;

const USUAL = { width: 1000, text: 100 } as const satisfies Look;
const NARROW = { width: 360, height: 720, text: 100 } as const satisfies Look;
const LARGE_TEXT = { width: 1000, height: 1000, text: 200 } as const satisfies Look;

/**
 * Each language in one scheme: words change the layout, and never the colours. German has the longer words, so it is seen in each size. axe
 * checks one size of each language: it takes longer than the rest, and finds the same in the others.
 */
const LOOKS = [
  { lang: 'en', scheme: 'light', sizes: [USUAL], checked: USUAL },
  { lang: 'de', scheme: 'dark', sizes: [USUAL, NARROW, LARGE_TEXT], checked: NARROW },
] as const;

let browser: PageBrowser;
let server: PageServer;
let cms = new ScriptedCms();

beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  [browser, server] = await Promise.all([openPageBrowser(), serveWizard(() => cms)]);
});

afterEach(() => browser.reusePages());
afterAll(async () => {
  await browser.close();
  await server.stop();
});

const CASES = Object.entries(SCENES).flatMap(([pane, scenes]) => scenes.map((scene) => ({ ...scene, shows: pane })));

/** Returns the key of the visible pane, which begins with the pane's name. */
const shownBy = (page: Page, dialog: DialogName): Promise<string | undefined> =>
  page.$eval(dialog, ({ shadowRoot }) => shadowRoot?.querySelector('cardwright-dialog')?.dataset.pane);

/** True if no names of steps overlap. */
const areStepsClear = (page: Page): Promise<boolean> =>
  page.$$eval('>>> cardwright-stepper >>> .label', (labels) => {
    const boxes = labels
      .filter(({ clientWidth }) => clientWidth > 1)
      .map((label) => {
        const words = document.createRange();
        words.selectNodeContents(label);
        return words.getBoundingClientRect();
      });
    return boxes.every(({ right }, index) => right <= (boxes[index + 1]?.left ?? Infinity));
  });

/** True if the heading has room for its words beside the button. */
const isHeadingClear = (page: Page): Promise<boolean> =>
  page.$$eval('>>> cardwright-dialog >>> h1', (headings) =>
    headings.every(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth),
  );

describe.each(LOOKS)('the wizard in $lang, $scheme', ({ lang, scheme, sizes, checked }) => {
  it.each(CASES)(
    'shows $name in each size without a finding of axe or of the layout, without scrolling sideways, and with no words that overlap',
    async ({ shows, ...scene }) => {
      const dialog = dialogOf(scene);
      cms = new ScriptedCms();
      scene.cms?.(cms);
      const page = await openWizardPage(browser, server, scene.script ?? {}, { ...USUAL, scheme, lang }, dialog);
      await playScene(page, scene, cms);
      for (const size of sizes) {
        await changeLook(page, { ...size, scheme });
        expect(await shownBy(page, dialog)).toMatch(new RegExp(`^${shows}\\b`));
        await page.screenshot({
          path: `${SCREENSHOTS}${scene.name}-${lang}-${scheme}-${size.width}-${size.text}.png`,
          optimizeForSpeed: true,
        });
        const faults = size === checked ? await findAccessibilityFaults(page) : [];
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        const [steps, heading] = [await areStepsClear(page), await isHeadingClear(page)];
        const layout = await findLayoutFaults(page);
        expect({ size, faults, layout, overflow, steps, heading }).toEqual({
          size,
          faults: [],
          layout: [],
          overflow: 0,
          steps: true,
          heading: true,
        });
      }
    },
  );
});
