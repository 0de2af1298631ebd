import { mkdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { findAccessibilityFaults } from '../../support/accessibility.js';
import { waitFor, type Look } from '../../support/page-stage.js';
import { PortalPages } from '../../support/portal-pages.js';
import { everyOrSome } from '../../support/thorough.js';
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

const LOOKS: readonly Look[] = [
  { scheme: 'light', width: 1100, text: 100 },
  { scheme: 'dark', width: 1100, text: 100 },
  { scheme: 'light', width: 360, height: 720, text: 100 },
  { scheme: 'light', width: 1100, text: 200 },
];

const portal = PortalPages.forTests();
beforeAll(() => void mkdirSync(SCREENSHOTS, { recursive: true }));

/** `npm test` shows each scene in one look, and each look in some scenes. */
const scenesIn = (look: Look) =>
  everyOrSome(Object.entries(SCENES), (_, index) => LOOKS[index % LOOKS.length] === look);

describe.each(LOOKS)('the portal in $scheme, $width px wide, with text of $text %', (look) => {
  it.each(scenesIn(look))('shows %s without an axe finding, and without scrolling sideways', async (name, played) => {
    const page = await portal.open(played, look);
    await waitFor(page, played.shows);
    await played.act?.(page);
    const path = `${SCREENSHOTS}${name}-${look.scheme ?? ''}-${look.width ?? 0}-${look.text ?? 100}.png`;
    // A dialog is centred in the window, not in the page.
    const fullPage = (await page.$('>>> dialog[open]')) === null;
    await page.screenshot({ path, fullPage });
    expect(await findAccessibilityFaults(page)).toEqual([]);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
    await page.close();
  });
});
