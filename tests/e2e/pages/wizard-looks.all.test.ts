import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'puppeteer-core';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { openPageBrowser, type Look, type PageServer, type PageBrowser } from '../../support/page-stage.js';
import { ScriptedCms } from '../../support/scripted-cms.js';
import { everyOrSome } from '../../support/thorough.js';
import { openWizardPage, serveWizard, type DialogName } from '../../support/wizard-stage.js';
import { dialogOf, playScene } from './scenes/play-scene.js';
import { SCENES } from './scenes/scenes.js';

const SCREENSHOTS = new URL('../../screenshots/wizard/', import.meta.url).pathname;

const LOOKS = [
  { lang: 'en', scheme: 'light', width: 1000, text: 100 },
  { lang: 'de', scheme: 'dark', width: 1000, text: 100 },
  { lang: 'de', scheme: 'light', width: 360, height: 720, text: 100 },
  { lang: 'en', scheme: 'dark', width: 360, height: 720, text: 100 },
  { lang: 'de', scheme: 'light', width: 1000, height: 1000, text: 200 },
] as const satisfies readonly (Look & { readonly lang: string })[];

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

/** `npm test` shows each scene in one look, and each look in some scenes. */
const scenesIn = (look: Look) => everyOrSome(CASES, (_, index) => LOOKS[index % LOOKS.length] === look);

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

describe.each(LOOKS)('the wizard in $lang, $scheme, $width px wide, with text of $text %', (look) => {
  it.each(scenesIn(look))(
    'shows $name without an axe finding, without scrolling sideways, and with no words that overlap',
    async ({ shows, ...scene }) => {
      const dialog = dialogOf(scene);
      cms = new ScriptedCms();
      scene.cms?.(cms);
      const page = await openWizardPage(browser, server, scene.script ?? {}, look, dialog);
      await playScene(page, scene, cms);
      expect(await shownBy(page, dialog)).toMatch(new RegExp(`^${shows}\\b`));
      await page.screenshot({
        path: `${SCREENSHOTS}${scene.name}-${look.lang}-${look.scheme}-${look.width}-${look.text}.png`,
      });
      expect(await areStepsClear(page)).toBe(true);
      expect(await isHeadingClear(page)).toBe(true);
      expect(await findAccessibilityFaults(page)).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBe(0);
      await page.close();
    },
  );
});
