import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CHROMIUM_EXTENSION_ID, PRODUCT_VERSION } from '@cardwright/protocol';
import { findElement, type InsertedCard, type PortalUser } from '@cardwright/stage';
import { expectIssued } from '../../support/card-judgement.js';
import { startFakePortal } from '../../support/fake-portal.js';
import { DOWNLOAD, ManagedComputer } from '../../support/managed-computer.js';
import { WireSession } from '../../support/wire-page.js';

const PIN = '739154';

let computer: ManagedComputer;
let card: InsertedCard | undefined;
let alice: PortalUser | undefined;

beforeAll(async () => {
  computer = await ManagedComputer.open();
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

describe('a fresh profile on a computer that its administrator has set up', () => {
  it("has the extension from the administrator's server", () => {
    expect(computer.server.requests).toEqual(['/update.xml', `/cardwright-${PRODUCT_VERSION}.crx`]);
    expect(computer.extensionId).not.toBe(CHROMIUM_EXTENSION_ID);
  });

  it('issues a card, and asks its user nothing but the PIN', async () => {
    const user = await aliceAddsDevice();
    await user.pane('issue-issue');
    await user.choosePin(PIN);
    await user.wizardCloses();
    expect(await user.devices(1)).toMatchObject([{ state: 'Active' }]);
    expect(computer.windows).toEqual(['secret']);
    if (card) await expectIssued(computer.stage, card, PIN, 'EC');
  });

  it('refuses a site that policy does not name, by rule, and asks nobody', async () => {
    const other = await startFakePortal();
    const page = await computer.stage.browser.browser.newPage();
    await page.goto(other.origin);
    const before = computer.windows.length;
    const session = await WireSession.open(page);
    const refused = { name: 'SITE_NOT_GRANTED', details: { consent: 'blocked' } };
    expect((await session.initialize()).error?.data).toEqual(refused);
    expect((await session.call('access.request', { classes: ['read'] })).error?.data).toEqual(refused);
    expect(computer.windows.slice(before)).toEqual([]);
    await page.close();
    await other.close();
  });
});

describe('when the administrator changes the policy', () => {
  afterEach(() => computer.change());

  it('ends an open session of a site that it no longer names, with the code, and its PIN window', async () => {
    const user = await aliceAddsDevice();
    const secret = await user.window('secret');
    const closes = new Promise((resolve) => secret.once('close', resolve));
    await computer.change({ extension: { allowedSites: {} } });
    await closes;
    expect(await user.failure()).toMatchObject({ code: 'SITE_NOT_GRANTED' });
  });

  it('has no host where all are blocked, and the user reads why', async () => {
    await computer.change({ browser: { NativeMessagingAllowlist: [] } });
    const user = await aliceAddsDevice();
    expect(await user.failure()).toMatchObject({ code: 'HOST_FORBIDDEN' });
  });
});

describe('where the host of the computer is missing', () => {
  beforeAll(() => computer.registerHost('computer', null));
  afterAll(() => computer.registerHost('computer'));

  it("shows the administrator's download link and help desk", async () => {
    const user = await aliceAddsDevice();
    expect(await user.failure()).toMatchObject({ code: 'HOST_MISSING' });
    const link = await findElement(user.page, 'a#install');
    expect(await link.evaluate((element) => element.getAttribute('href'))).toBe(DOWNLOAD);
    await user.reads('IT Service Desk');
  });

  it("does not use a host of the user's own, unless the administrator allows that", async () => {
    computer.registerHost('profile');
    const user = await aliceAddsDevice();
    expect(await user.failure()).toMatchObject({ code: 'HOST_MISSING' });
    await computer.change({ browser: { NativeMessagingUserLevelHosts: true } });
    await user.goOn();
    await user.pane('issue-issue');
    computer.registerHost('profile', null);
  });
});
