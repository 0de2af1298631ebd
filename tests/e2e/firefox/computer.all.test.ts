import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { PortalUser } from '@cardwright/stage';
import type { Page } from 'puppeteer-core';
import type { HostFault } from '../../support/host-fault.js';
import { Workplace } from '../../support/workplace/workplace.js';

let place: Workplace;
let alice: PortalUser;

beforeAll(async () => {
  place = await Workplace.open({ own: 'its browser is Firefox', kind: 'firefox', photographs: 'firefox' });
  alice = await place.employee();
});
afterEach(async () => {
  place.mendHost();
  await place.tidyUp({ keep: alice });
});
afterAll(() => place.close());

/** Waits until all checks passed: the wizard asks for a device. */
const isPassed = async (): Promise<void> => {
  await alice.wizard.pane('connect');
  await alice.click('#cancel');
  await alice.wizard.closes();
};

describe('in Firefox, a site', () => {
  it('stays refused by its user until the answer is revoked in the settings', async () => {
    await alice.addDevice();
    await alice.refuseSite();
    await expect(alice.wizard.failure()).resolves.toMatchObject({
      code: 'SITE_NOT_GRANTED',
      remedy: expect.stringMatching(/choose “Let this site ask again”/),
    });
    await alice.wizard.retry();
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'SITE_NOT_GRANTED' });
    expect(place.hosts()).toEqual([]);

    await place.forgetSite();
    await alice.allowSiteWithoutClick();
    await isPassed();
  });

  it('shows what to allow if the browser withholds the extension; the menu asks for it', async () => {
    const { firefox } = place.stage;
    await firefox.user.withholdSites();
    await alice.reload();
    await alice.addDevice();
    await expect(alice.wizard.failure()).resolves.toMatchObject({
      code: 'EXTENSION_MISSING',
      remedy: expect.stringMatching(/allow it on this site/),
    });

    // The menu is about the tab in front, so it is opened behind.
    const menu = await firefox.ownPage('popup');
    await alice.page.bringToFront();
    await menu.evaluate(() => location.reload());
    await menu.waitForSelector('#withheld:not([hidden])');
    await menu.bringToFront();
    await alice.lookAt(menu, 'popup-withheld');
    await menu.click('#allow-sites');
    await firefox.user.allowPermissions();
    await menu.waitForSelector('#withheld[hidden]');
    await menu.close();

    await alice.reload();
    await alice.addDevice();
    await isPassed();
  });

  it('finds no extension in a private window, unless its user has allowed it there', async () => {
    expect(await hello(alice.page)).toBe('ready');
    const page = await place.stage.firefox.user.privateWindow(new URL('/login', place.stage.portal.url).href);
    expect(await hello(page)).toBeNull();
    await page.close();
  });
});

/** Asks, as the sdk does, whether the extension is there; null if nobody has answered within a second. */
const hello = (page: Page): Promise<unknown> =>
  page.evaluate(
    () =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data }: MessageEvent<{ cardwright: string }>) => resolve(data.cardwright);
        setTimeout(resolve, 1_000, null);
        window.postMessage({ cardwright: 'hello' }, location.origin, [port2]);
      }),
  );

describe.each<[HostFault, object]>([
  ['missing', { code: 'HOST_MISSING', remedy: expect.stringMatching(/Install/) }],
  // Firefox gives extensions no more details.
  ['forbidden', { code: 'HOST_MISSING', remedy: expect.stringMatching(/Install/) }],
  ['gone', { code: 'HOST_START_FAILED', remedy: expect.stringMatching(/Reinstall/) }],
  ['crash', { code: 'HOST_START_FAILED', remedy: expect.stringMatching(/Reinstall/) }],
  ['junk', { code: 'HOST_ANSWER_INVALID' }],
])('in Firefox, with a host that is: %s', (fault, failure) => {
  it('reports it in the wizard, and continues once it is fixed', async () => {
    place.spoilHost(fault);
    await alice.addDevice();
    await expect(alice.wizard.failure()).resolves.toMatchObject(failure);
    place.mendHost();
    await alice.wizard.retry();
    await isPassed();
  });
});

describe('in Firefox, the extension', () => {
  it('is started again after its event page has ended between two sessions', async () => {
    await place.stage.browser.stopBackground();
    await alice.addDevice();
    await isPassed();
  });

  it('shows host and readers in its menu, and opens the inspector', async () => {
    const menu = await place.stage.browser.ownPage('popup');
    await menu.waitForSelector('#checks li[data-state=passed]');
    await alice.lookAt(menu, 'popup');
    await menu.close();
    const inspector = await place.stage.browser.ownPage('inspector');
    await alice.lookAt(inspector, 'inspector');
    expect(await inspector.evaluate(() => document.title)).toContain('inspector');
    await inspector.close();
  });
});
