import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EXTENSION_DIR, type PortalUser } from '@cardwright/stage';
import type { HostFault } from '../../support/host-fault.js';
import { letAskAgain } from '../../support/toolbar-menu.js';
import { Workplace } from '../../support/workplace/workplace.js';

const PIN = '739154';

describe('a computer without the extension', () => {
  let place: Workplace;
  beforeAll(async () => {
    place = await Workplace.open({
      own: 'the extension is installed while a page is open',
      photographs: 'branches',
      installed: false,
    });
  });
  afterAll(() => place.close());

  it('is reported; once the extension is installed, a button reloads the page and the wizard continues there', async () => {
    await place.insert('yubikey');
    const alice = await place.employee();
    const refresh = () => Promise.all([alice.page.waitForNavigation(), alice.wizard.retry()]);
    await alice.addDevice();
    await expect(alice.wizard.failure()).resolves.toMatchObject({
      code: 'EXTENSION_MISSING',
      remedy: expect.stringMatching(/Install the extension or switch it on/),
    });
    await refresh();
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'EXTENSION_MISSING' });

    await place.stage.browser.installExtension(EXTENSION_DIR);
    await refresh();
    await alice.allowSiteWithoutClick();
    await alice.choosePin(PIN);
    await alice.wizard.closes();
    await expect(alice.devices(1)).resolves.toMatchObject([{ state: 'Active' }]);
  });
});

describe('the Check step', () => {
  let place: Workplace;
  let alice: PortalUser;
  beforeAll(async () => {
    place = await Workplace.open({ own: 'it restarts the smart card service', photographs: 'branches' });
    alice = await place.employee();
  });
  afterEach(async () => {
    place.mendHost();
    await place.stage.browser.setPolicy({});
    await place.tidyUp({ keep: alice });
  });
  afterAll(() => place.close());

  /** Waits until all checks passed: the wizard asks for a device. */
  const isPassed = async (): Promise<void> => {
    await alice.wizard.pane('connect');
    await alice.click('#cancel');
    await alice.wizard.closes();
  };

  describe('at a site without a decision', () => {
    it('asks again only when its user allows it, after the window was closed without an answer', async () => {
      await alice.addDevice();
      const consent = await alice.window('consent');
      await consent.close();
      await expect(alice.wizard.failure()).resolves.toMatchObject({
        code: 'SITE_NOT_GRANTED',
        remedy: expect.stringMatching(/Open the Cardwright extension/),
      });
      await alice.wizard.retry();
      await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'SITE_NOT_GRANTED' });
      await letAskAgain(place.stage.browser.browser, alice.page);
      await alice.allowSiteWithoutClick();
      await isPassed();
      await place.forgetSite();
    });

    it('reports that the user refused, and continues after that was withdrawn', async () => {
      await alice.addDevice();
      await alice.refuseSite();
      await expect(alice.wizard.failure()).resolves.toMatchObject({
        code: 'SITE_NOT_GRANTED',
        what: expect.stringMatching(/did not allow this site/),
        remedy: expect.stringMatching(/choose “Let this site ask again”/),
      });
      await alice.wizard.retry();
      await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'SITE_NOT_GRANTED' });
      expect(place.hosts()).toEqual([]);

      await place.forgetSite();
      await alice.page.bringToFront();
      await alice.allowSiteWithoutClick();
      await isPassed();
    });
  });

  it('reports that the administrator blocks the site, and continues after that has changed', async () => {
    const { origin } = new URL(place.stage.portal.url);
    await place.stage.browser.setPolicy({ extension: { blockedSites: [origin] } });
    await alice.addDevice();
    await expect(alice.wizard.failure()).resolves.toMatchObject({
      code: 'SITE_NOT_GRANTED',
      what: expect.stringMatching(/administrator/),
      remedy: 'Contact your help desk.',
    });
    expect(place.hosts()).toEqual([]);

    await place.stage.browser.setPolicy({ extension: { allowedSites: { [origin]: ['read', 'use', 'manage'] } } });
    await alice.wizard.retry();
    await isPassed();
  });

  describe.each<[HostFault, object]>([
    ['missing', { code: 'HOST_MISSING', remedy: expect.stringMatching(/Install/) }],
    ['forbidden', { code: 'HOST_FORBIDDEN', remedy: expect.stringMatching(/help desk|administrator/i) }],
    ['crash', { code: 'HOST_START_FAILED', remedy: expect.stringMatching(/Reinstall/) }],
    ['older', { code: 'VERSION_MISMATCH', remedy: expect.stringMatching(/Update Cardwright on this computer/) }],
    ['newer', { code: 'VERSION_MISMATCH', remedy: expect.stringMatching(/Update/) }],
  ])('with a host that is: %s', (fault, failure) => {
    beforeEach(() => place.spoilHost(fault));

    it('reports it, and continues once it is fixed', async () => {
      await alice.addDevice();
      await expect(alice.wizard.failure()).resolves.toMatchObject(failure);
      await alice.wizard.retry();
      await expect(alice.wizard.failure()).resolves.toMatchObject(failure);

      place.mendHost();
      await alice.wizard.retry();
      await isPassed();
    });
  });

  it('reports that the smart card service is stopped, and continues once it runs', async () => {
    await place.stopPcscd();
    await alice.addDevice();
    await expect(alice.wizard.failure()).resolves.toMatchObject({
      code: 'PCSC_UNAVAILABLE',
      remedy: expect.stringMatching(/Restart the computer/),
    });
    await alice.wizard.retry();
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'PCSC_UNAVAILABLE' });

    await place.restartPcscd();
    await alice.wizard.retry();
    await isPassed();
  });

  it('reports that there is no reader, and continues once there is one', async () => {
    await place.restartPcscd(0);
    await alice.addDevice();
    await alice.wizard.pane('no-reader');
    await alice.click('#retry');
    await alice.wizard.pane('no-reader');

    await place.restartPcscd();
    // The answer to Refresh may have come while the service was down between the two.
    if ((await alice.wizard.meets('connect', 'error')) === 'error') await alice.wizard.retry();
    await isPassed();
  });
});
