import { mkdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { resize, waitFor, type Size } from '../../support/page-stage.js';
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

const SIZES = {
  light: [
    { width: 1100, text: 100 },
    { width: 360, height: 720, text: 100 },
    { width: 1100, text: 200 },
  ],
  dark: [{ width: 1100, text: 100 }],
} as const satisfies Readonly<Record<string, readonly [Size, ...Size[]]>>;

/** The looks in which axe checks a page, once in each colours. It takes longer than the rest, and finds the same in the other sizes. */
const CHECKED: ReadonlySet<string> = new Set(['light 360 100', 'dark 1100 100']);

const portal = PortalPages.forTests();
beforeAll(() => void mkdirSync(SCREENSHOTS, { recursive: true }));

describe.each(['light', 'dark'] as const)('the portal in %s', (scheme) => {
  it.each(Object.entries(SCENES))(
    'shows %s in each size without an axe finding, and without scrolling sideways',
    async (name, played) => {
      const page = await portal.open(played, { ...SIZES[scheme][0], scheme });
      await waitFor(page, played.shows);
      await played.act?.(page);
      // A dialog is centred in the window, not in the page.
      const fullPage = (await page.$('>>> dialog[open]')) === null;
      for (const size of SIZES[scheme]) {
        await resize(page, size);
        const path = `${SCREENSHOTS}${name}-${scheme}-${size.width}-${size.text}.png`;
        await page.screenshot({ path, fullPage });
        const faults = CHECKED.has(`${scheme} ${size.width} ${size.text}`) ? await findAccessibilityFaults(page) : [];
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect({ size, faults, overflow }).toEqual({ size, faults: [], overflow: 0 });
      }
      await page.close();
    },
  );
});
