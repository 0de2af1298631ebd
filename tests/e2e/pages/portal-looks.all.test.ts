import { mkdirSync } from 'node:fs';
import { beforeAll, expect, it } from '@jest/globals';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { findLayoutFaults } from '../../support/layout-faults.js';
import { changeLook, waitFor, type Look } from '../../support/page-stage.js';
import { PortalPages } from '../../support/portal-pages.js';
import { ACCOUNT_SCENES } from './portal-scenes/account.js';
import { LOGIN_SCENES } from './portal-scenes/login.js';
import type { LookedAt } from './portal-scenes/looked-at.js';
import { MY_DEVICES_SCENES } from './portal-scenes/my-devices.js';
import { OPERATOR_SCENES } from './portal-scenes/operator.js';

const SCREENSHOTS = new URL('../../screenshots/portal/', import.meta.url).pathname;
const SCENES: Readonly<Record<string, LookedAt>> = {
  ...LOGIN_SCENES,
  ...MY_DEVICES_SCENES,
  ...ACCOUNT_SCENES,
  ...OPERATOR_SCENES,
};

/** axe checks a page once in each colours: it takes longer than the rest, and finds the same in the other sizes. */
const LOOKS = [
  { scheme: 'light', width: 1100, text: 100 },
  { scheme: 'light', width: 360, height: 720, text: 100, isChecked: true },
  { scheme: 'light', width: 1100, text: 200 },
  { scheme: 'dark', width: 1100, text: 100, isChecked: true },
] as const satisfies readonly (Look & { readonly isChecked?: true })[];

const portal = PortalPages.forTests();
beforeAll(() => void mkdirSync(SCREENSHOTS, { recursive: true }));

it.each(Object.entries(SCENES))(
  'the portal shows %s in each look without a finding of axe or of the layout, and without scrolling sideways',
  async (name, played) => {
    const page = await portal.open(played, LOOKS[0]);
    await waitFor(page, played.shows);
    await played.act?.(page);
    // A dialog is centred in the window, not in the page.
    const fullPage = (await page.$('>>> dialog[open]')) === null;
    for (const look of LOOKS) {
      await changeLook(page, look);
      const path = `${SCREENSHOTS}${name}-${look.scheme}-${look.width}-${look.text}.png`;
      await page.screenshot({ path, fullPage, optimizeForSpeed: true });
      const faults = 'isChecked' in look ? await findAccessibilityFaults(page) : [];
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      const layout = await findLayoutFaults(page);
      expect({ look, faults, layout, overflow }).toEqual({ look, faults: [], layout: [], overflow: 0 });
    }
  },
);
