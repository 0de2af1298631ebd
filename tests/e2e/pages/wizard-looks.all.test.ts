import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { changeLook, openPageBrowser, type Look, type PageServer, type PageBrowser } from '../../support/page-stage.js';
import { ScriptedCms } from '../../support/scripted-cms.js';
import { openWizardPage, serveWizard, type DialogName } from '../../support/wizard-stage.js';
import { dialogOf, playScene } from './scenes/play-scene.js';
import { SCENES } from './scenes/scenes.js';

const SCREENSHOTS = new URL('../../screenshots/wizard/', import.meta.url).pathname;

const LOOKS = {
  en: [
    { scheme: 'light', width: 1000, text: 100 },
    { scheme: 'dark', width: 360, height: 720, text: 100 },
  ],
  de: [
    { scheme: 'dark', width: 1000, text: 100 },
    { scheme: 'light', width: 360, height: 720, text: 100 },
    { scheme: 'light', width: 1000, height: 1000, text: 200 },
  ],
} as const satisfies Readonly<Record<string, readonly [Look, ...Look[]]>>;

let browser: PageBrowser;
let server: PageServer;
let cms = new ScriptedCms();

beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  [browser, server] = await Promise.all([openPageBrowser(), serveWizard(() => cms)]);
});

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

describe.each(['en', 'de'] as const)('the wizard in %s', (lang) => {
  it.each(CASES)(
    'shows $name in each look without an axe finding, without scrolling sideways, and with no words that overlap',
    async ({ shows, ...scene }) => {
      const dialog = dialogOf(scene);
      cms = new ScriptedCms();
      scene.cms?.(cms);
      const page = await openWizardPage(browser, server, scene.script ?? {}, { ...LOOKS[lang][0], lang }, dialog);
      await playScene(page, scene, cms);
      for (const look of LOOKS[lang]) {
        await changeLook(page, look);
        expect(await shownBy(page, dialog)).toMatch(new RegExp(`^${shows}\\b`));
        await page.screenshot({
          path: `${SCREENSHOTS}${scene.name}-${lang}-${look.scheme}-${look.width}-${look.text}.png`,
        });
        const faults = await findAccessibilityFaults(page);
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        const [steps, heading] = [await areStepsClear(page), await isHeadingClear(page)];
        expect({ look, faults, overflow, steps, heading }).toEqual({
          look,
          faults: [],
          overflow: 0,
          steps: true,
          heading: true,
        });
      }
      await page.close();
    },
  );
});
