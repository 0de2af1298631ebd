import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DOWNLOAD } from '../../support/managed/managed-chromium.js';
import { ManagedFirefox } from '../../support/managed/managed-firefox.js';
import { ManagedUser } from '../../support/managed/managed-user.js';

const user = new ManagedUser(() => ManagedFirefox.open());

describe('a fresh profile of Firefox on a computer that its administrator has set up', () => {
  it("has the extension from the administrator's server", () => {
    expect(user.computer.server.requests).toEqual(['/cardwright-firefox.xpi']);
  });

  it('issues a card, and opens no window but the one for the PIN', () => user.expectIssuance());

  it('refuses a site that policy does not name, by rule, and asks nobody', () => user.expectOtherSiteRefused());
});

describe('a computer without its host, in Firefox', () => {
  beforeAll(() => user.computer.registerHost('computer', null));
  afterAll(() => user.computer.registerHost('computer'));

  it("shows the administrator's download link and help desk", () => user.expectDownload(DOWNLOAD));

  it("uses the user's own host all the same, because Firefox has no policy against it", async () => {
    user.computer.registerHost('profile');
    const alice = await user.addsDevice();
    await alice.wizard.pane('progress');
    await alice.window('secret');
    user.computer.registerHost('profile', null);
  });
});
