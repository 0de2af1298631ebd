import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CHROMIUM_EXTENSION_ID, PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { DOWNLOAD, ManagedChromium } from '../../support/managed/managed-chromium.js';
import { ManagedUser } from '../../support/managed/managed-user.js';

const user = new ManagedUser(() => ManagedChromium.open());

describe('a fresh profile on a computer that its administrator has set up', () => {
  it("has the extension from the administrator's server", () => {
    expect(user.computer.server.requests).toEqual(['/update.xml', `/cardwright-${PRODUCT_VERSION}.crx`]);
    expect(user.computer.extensionId).not.toBe(CHROMIUM_EXTENSION_ID);
  });

  it('issues a card, and asks its user only for the PIN', async () => {
    await user.expectIssuance();
    expect(user.computer.windows).toEqual(['secret']);
  });

  it('refuses a site that policy does not name, by rule, and asks nobody', () => user.expectOtherSiteRefused());
});

describe("a change of the administrator's policy", () => {
  afterEach(() => user.computer.change());

  it('ends an open session of a site that it no longer names, with the code, and its PIN window', async () => {
    const alice = await user.addsDevice();
    const secret = await alice.window('secret');
    const closes = new Promise((resolve) => secret.once('close', resolve));
    await user.computer.change({ extension: { allowedSites: {} } });
    await closes;
    expect(await alice.wizard.failure()).toMatchObject({ code: 'SITE_NOT_GRANTED' });
  });

  it('leaves no host if all are blocked, and the user reads the reason', async () => {
    await user.computer.change({ browser: { NativeMessagingAllowlist: [] } });
    const alice = await user.addsDevice();
    expect(await alice.wizard.failure()).toMatchObject({ code: 'HOST_FORBIDDEN' });
  });
});

describe('a computer without its host', () => {
  beforeAll(() => user.computer.registerHost('computer', null));
  afterAll(() => user.computer.registerHost('computer'));

  it("shows the administrator's download link and help desk", () => user.expectDownload(DOWNLOAD));

  it("does not use the user's own host, unless the administrator allows that", async () => {
    user.computer.registerHost('profile');
    const alice = await user.addsDevice();
    expect(await alice.wizard.failure()).toMatchObject({ code: 'HOST_MISSING' });
    await user.computer.change({ browser: { NativeMessagingUserLevelHosts: true } });
    await alice.wizard.retry();
    await alice.wizard.pane('progress');
    user.computer.registerHost('profile', null);
  });
});
