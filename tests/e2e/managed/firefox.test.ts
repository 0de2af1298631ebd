import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { PRODUCT_VERSION } from '@cardwright/protocol';
import { findElement, type InsertedCard, type PortalUser } from '@cardwright/stage';
import { expectIssued } from '../../support/card-judgement.js';
import { startFakePortal } from '../../support/fake-portal.js';
import { ManagedFirefox } from '../../support/managed-firefox.js';
import { WireSession } from '../../support/wire-page.js';

const PIN = '739154';

let computer: ManagedFirefox;
let card: InsertedCard | undefined;
let alice: PortalUser | undefined;

beforeAll(async () => {
  computer = await ManagedFirefox.open();
});

afterEach(async () => {
  await alice?.page.close();
  await card?.pull();
  alice = card = undefined;
});

afterAll(async () => {
  expect(await computer.close()).toEqual([]);
});

/** Alice opens the wizard, with a card in the reader. */
async function aliceAddsDevice(): Promise<PortalUser> {
  card = await computer.stage.insert({ profile: 'yubikey' });
  alice = await computer.login();
  await alice.addDevice();
  return alice;
}

describe('a fresh profile of Firefox on a computer that its administrator has set up', () => {
  it("has the extension from the administrator's server", () => {
    expect(computer.server.requests).toEqual([`/cardwright-${PRODUCT_VERSION}-firefox.zip`]);
  });

  it('issues a card, and opens no window but the one for the PIN', async () => {
    const before = await computer.windowsOpened();
    const user = await aliceAddsDevice();
    await user.pane('issue-issue');
    await user.choosePin(PIN);
    await user.wizardCloses();
    expect(await user.devices(1)).toMatchObject([{ state: 'Active' }]);
    expect((await computer.windowsOpened()) - before).toBe(1);
    if (card) await expectIssued(computer.stage, card, PIN, 'EC');
  });

  it('refuses a site that policy does not name, by rule, and asks nobody', async () => {
    const other = await startFakePortal();
    const page = await computer.stage.browser.browser.newPage();
    await page.goto(other.origin);
    const before = await computer.windowsOpened();
    const session = await WireSession.open(page);
    const refused = { name: 'SITE_NOT_GRANTED', details: { consent: 'blocked' } };
    expect((await session.initialize()).error?.data).toEqual(refused);
    expect((await session.call('access.request', { classes: ['read'] })).error?.data).toEqual(refused);
    expect(await computer.windowsOpened()).toBe(before);
    await page.close();
    await other.close();
  });
});

describe('where the host of the computer is missing, in Firefox', () => {
  beforeAll(() => computer.registerHost('computer', null));
  afterAll(() => computer.registerHost('computer'));

  it("shows the administrator's download link and help desk", async () => {
    const user = await aliceAddsDevice();
    expect(await user.failure()).toMatchObject({ code: 'HOST_MISSING' });
    const link = await findElement(user.page, 'a#install');
    expect(await link.evaluate((element) => element.getAttribute('href'))).toBe(
      'https://cms.example.com/cardwright/cardwright-host.deb',
    );
    await user.reads('IT Service Desk');
  });

  it("uses a host of the user's own all the same, because Firefox has no policy against it", async () => {
    computer.registerHost('profile');
    const user = await aliceAddsDevice();
    await user.pane('issue-issue');
    await user.window('secret');
    computer.registerHost('profile', null);
  });
});
