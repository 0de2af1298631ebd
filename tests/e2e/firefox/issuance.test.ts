// Alone proves: an issuance works in Firefox.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Iphone, MobileDialog, type PortalUser, pressButton } from '@cardwright/stage';
import type { Page } from 'puppeteer-core';
import { closing } from '../../support/workplace/closing.js';
import { useBefore } from '../../support/workplace/earlier-use.js';
import { heldAt } from '../../support/workplace/faults.js';
import { expectUsable } from '../../support/workplace/silicon.js';
import type { StagedCard } from '../../support/workplace/staged-card.js';
import { Workplace } from '../../support/workplace/workplace.js';
import { thoroughDescribe } from '../../support/thorough.js';

const PIN = '739154';
/** An APDU in the middle of an issuance. */
const IN_THE_MIDST = 34;

let place: Workplace;
let alice: PortalUser;

beforeAll(async () => {
  place = await Workplace.open({
    own: 'its browser is Firefox',
    kind: 'firefox',
    photographs: 'firefox',
    mobile: { organization: 'Example Ltd', proof: 'card' },
  });
  alice = await place.employee();
});
afterEach(() => place.tidyUp({ keep: alice }));
afterAll(() => place.close());

describe('in Firefox, a blank YubiKey', () => {
  it('is issued when its user has allowed the site and chosen a PIN, and then works without us', async () => {
    const card = await place.insert('yubikey');
    await alice.addDevice();
    await alice.allowSite();
    await alice.wizard.pane('progress');
    await alice.choosePin(PIN);
    await alice.wizard.closes();

    const [row] = await alice.devices(1);
    expect(row).toMatchObject({ state: 'Active' });
    expect(row?.text).toContain('Keys created on the device proved');
    await expectUsable(place.stage, card, PIN);

    if (globalThis.runsEverything) await proveOwner();
  });

  /** Adds a phone with the card that has just been issued: thorough, as `e2e/mobile` adds one in Chromium. */
  async function proveOwner(): Promise<void> {
    const dialog = new MobileDialog(alice);
    await dialog.open();
    await dialog.pane('prove-pin');
    const window = await alice.window('secret');
    await window.waitForSelector('#pin');
    await alice.lookAt(window, 'prove-pin');
    await window.type('#pin', PIN);
    const closed = closing(window);
    await pressButton(window, '#next');
    await closed;
    const phone = await Iphone.make({ delayFactor: 0.1 });
    await phone.openLink(await dialog.link());
    await phone.downloadProfile();
    const installation = phone.beginInstallation();
    await installation.identify();
    await dialog.confirm();
    await phone.finish(installation);
    await dialog.pane('sent');
    await phone.finishSetup();
    await dialog.finish();
    expect(await alice.devices(2)).toMatchObject([{ state: 'Active' }, { name: 'iPhone 16 Pro', state: 'Active' }]);
  }
});

thoroughDescribe('in Firefox, the PIN window', () => {
  /** Returns the state of each rule, and whether the window lets the user continue. */
  const verdict = (window: Page): Promise<Record<string, string | undefined>> =>
    window.evaluate(() => ({
      ...Object.fromEntries(
        [...document.querySelectorAll<HTMLElement>('[data-rule]')].map(({ dataset: { rule = '', state } }) => [
          rule,
          state,
        ]),
      ),
      next: document.querySelector('#next:disabled') ? 'disabled' : 'enabled',
    }));

  it('accepts no PIN against the rules; closed without one, it leaves a device that continues', async () => {
    const card = await place.insert('yubikey');
    await alice.addDevice();
    const window = await alice.window('secret');
    await window.type('#newPin', '12a');
    await alice.lookAt(window, 'pin-broken');
    expect(await verdict(window)).toMatchObject({ digits: 'broken', length: 'open', next: 'disabled' });
    await alice.refusePin();
    await alice.wizard.pane('pending');

    await alice.wizard.retry();
    await alice.choosePin(PIN);
    await alice.wizard.closes();
    await expectUsable(place.stage, card, PIN);
  });
});

thoroughDescribe('in Firefox, a used YubiKey', () => {
  it("is erased when its user confirms that in the extension's window, and issued afterwards", async () => {
    const card = await place.insert('yubikey');
    await useBefore(place.stage.env, card);
    await alice.addDevice();
    await alice.wizard.pane('choose');
    await alice.wizard.choose('its certificates (in one slot), its keys and its PIN for good');
    await alice.click('#next', 'Erase and use');
    await alice.confirmErasing();
    await alice.choosePin(PIN);
    await alice.wizard.closes();
    await expectUsable(place.stage, card, PIN);
  });
});

thoroughDescribe('in Firefox, while a card is issued', () => {
  const issueUntilInTheMidst = async (): Promise<StagedCard> => {
    const card = await place.insert('yubikey', heldAt(IN_THE_MIDST));
    await alice.addDevice();
    await card.isHeld();
    return card;
  };
  const finish = async (): Promise<void> => {
    await alice.wizard.retry();
    await alice.choosePin(PIN);
    await alice.wizard.closes();
  };

  it('continues after its host was killed', async () => {
    const card = await issueUntilInTheMidst();
    await place.killHost();
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'HOST_CRASHED' });
    card.release();
    await finish();
  });

  it("continues after the extension's event page ended", async () => {
    const card = await issueUntilInTheMidst();
    await place.stage.browser.stopBackground();
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'EXTENSION_LOST' });
    card.release();
    await finish();
  });
});
