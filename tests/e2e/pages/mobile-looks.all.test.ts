import { mkdirSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { findLayoutFaults } from '../../support/layout-faults.js';
import { openPageBrowser, type Look, type PageServer, type PageBrowser } from '../../support/page-stage.js';
import { LINK, ScriptedMobileCms } from '../../support/scripted-mobile-cms.js';
import { serveWizard } from '../../support/wizard-stage.js';
import { WizardUser } from '../../support/wizard-user.js';
import { MOBILE_SCENES } from './mobile-scenes/mobile-scenes.js';

const SCREENSHOTS = new URL('../../screenshots/mobile/', import.meta.url).pathname;

/** German has the longer words, so it is the narrow one. */
const LOOKS = [
  { lang: 'en', scheme: 'light', width: 1000 },
  { lang: 'de', scheme: 'dark', width: 360, height: 720 },
] as const satisfies readonly (Look & { readonly lang: string })[];

let browser: PageBrowser;
let server: PageServer;
let cms = new ScriptedMobileCms();

beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  [browser, server] = await Promise.all([openPageBrowser(), serveWizard(() => cms)]);
});

afterEach(() => browser.reusePages());
afterAll(async () => {
  await browser.close();
  await server.stop();
});

/** Reads the code, as a camera in front of the screen does. */
function readCode(path: string): string | undefined {
  const { data, width, height } = PNG.sync.read(readFileSync(path));
  return jsQR.default(new Uint8ClampedArray(data), width, height)?.data;
}

describe.each(LOOKS)('adding a mobile device in $lang, $scheme, $width px wide', (look) => {
  it.each(Object.entries(MOBILE_SCENES))(
    'shows %s without a finding of axe or of the layout, and without scrolling sideways',
    async (name, scene) => {
      cms = new ScriptedMobileCms();
      scene.cms?.(cms);
      const user = await WizardUser.arrive(browser, server, scene.script, look, 'cardwright-add-mobile');
      const passed: string[] = [];
      const photograph = async (pane: string): Promise<void> => {
        passed.push(pane);
        const path = `${SCREENSHOTS}${pane}-${look.lang}-${look.scheme}-${look.width}.png`;
        await user.page.screenshot({ path, optimizeForSpeed: true });
        expect(await findAccessibilityFaults(user.page)).toEqual([]);
        expect(await findLayoutFaults(user.page)).toEqual([]);
        const overflow = await user.page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(overflow).toBe(0);
        if (pane === 'code') expect(readCode(path)).toBe(LINK);
      };
      await user.page.click('#add');
      await scene.act(user, cms, photograph);
      await photograph(name);
      expect(passed).toEqual([...(scene.passes ?? []), name]);
    },
  );
});
