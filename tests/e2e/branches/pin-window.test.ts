import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { PortalUser } from '@cardwright/stage';
import type { Page } from 'puppeteer-core';
import { closing } from '../../support/workplace/closing.js';
import { countDevices } from '../../support/workplace/device-count.js';
import { heldAt, strictAboutPins, type Fault } from '../../support/workplace/faults.js';
import type { StagedCard } from '../../support/workplace/staged-card.js';
import { expectUsable } from '../../support/workplace/silicon.js';
import { Workplace } from '../../support/workplace/workplace.js';
import { thoroughIt } from '../../support/thorough.js';

const PIN = '739154';
/** The portal allows it, but a card that is strict about PINs does not. */
const TRIVIAL = '111111';
/** The card gets its initial PIN before. */
const PIN_CHANGE = 'CHANGE-REFERENCE-DATA#2';

describe('the PIN window', () => {
  let place: Workplace;
  let alice: PortalUser;
  let known: number;
  beforeAll(async () => {
    place = await Workplace.open({ photographs: 'branches', pinRules: { forbidTrivial: false } });
    alice = await place.trustedEmployee();
  });
  afterEach(() => place.tidyUp({ keep: alice }));
  afterAll(() => place.close());

  const issueUntilPin = async (...faults: Fault[]): Promise<{ card: StagedCard; window: Page }> => {
    known = await countDevices(alice);
    const card = await place.insert('yubikey', ...faults);
    await alice.addDevice();
    return { card, window: await alice.window('secret') };
  };
  const finish = async (): Promise<void> => {
    await alice.choosePin(PIN);
    await alice.wizard.closes();
  };

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

  thoroughIt('shows each rule, and checks it while the user types', async () => {
    const { card, window } = await issueUntilPin();
    await window.type('#newPin', '12a');
    await alice.lookAt(window, 'pin-broken');
    expect(await verdict(window)).toMatchObject({ digits: 'broken', length: 'open', next: 'disabled' });
    await window.$eval('#newPin', (field) => (field as HTMLInputElement).select());
    await window.type('#newPin', PIN);
    await window.type('#repeated', '739155');
    await alice.lookAt(window, 'pin-differs');
    expect(await verdict(window)).toMatchObject({ digits: 'met', length: 'met', same: 'broken', next: 'disabled' });
    await window.keyboard.press('Backspace');
    await window.type('#repeated', '4');
    expect(await verdict(window)).toMatchObject({ same: 'met', next: 'enabled' });
    const closed = closing(window);
    await window.keyboard.down('Enter').catch(() => 'closed by it');
    await closed;
    await alice.wizard.closes();
    await expectUsable(place.stage, card, PIN);
  });

  it('stays while the card checks a PIN that the rules allow, and shows the reason if the card refuses it', async () => {
    const { card, window } = await issueUntilPin(strictAboutPins, heldAt(PIN_CHANGE));
    const refused = alice.choosePin(TRIVIAL);
    await card.isHeld();
    await window.waitForSelector('#checking:not(:empty)');
    await alice.lookAt(window, 'pin-checked');
    card.release();
    await refused;
    await window.waitForSelector('#problem:not([hidden])');
    await alice.lookAt(window, 'pin-refused');
    expect(await window.$eval('#problem', ({ textContent }) => textContent.trim())).toMatch(/doesn't accept this PIN/);
    expect(card.tries).toEqual([3, 3]);
    await finish();
    expect(window.isClosed()).toBe(true);
    await expectUsable(place.stage, card, PIN);
  });

  thoroughIt('lets a right PIN count even if it is closed while the card checks it', async () => {
    const { card, window } = await issueUntilPin(heldAt(PIN_CHANGE));
    const chosen = alice.choosePin(PIN);
    await card.isHeld();
    await window.waitForSelector('#checking:not(:empty)');
    await window.close();
    await chosen;
    card.release();
    await alice.wizard.closes();
    await expectUsable(place.stage, card, PIN);
  });

  thoroughIt('can be opened again at once after it was closed, and the device is then usable', async () => {
    const { card } = await issueUntilPin();
    await alice.refusePin();
    await alice.wizard.pane('pending');
    await alice.wizard.retry();
    await finish();
    await expectUsable(place.stage, card, PIN);
  });

  thoroughIt('closes by itself if nobody answers, and leaves the device pending', async () => {
    await place.stage.browser.hastenWindows(8_000);
    const { window } = await issueUntilPin();
    await closing(window);
    await alice.wizard.pane('pending');
    await alice.reads('open for too long');
    await alice.click('#cancel');
    await alice.wizard.closes();
    await expect(alice.devices(known + 1)).resolves.toContainEqual(expect.objectContaining({ state: 'PIN missing' }));
    await place.stage.browser.stopBackground();
  });

  thoroughIt('opens for each page: two cards are issued side by side', async () => {
    const { card } = await issueUntilPin();
    const other = await place.insert('yubikey');
    const second = await alice.newTab();
    await second.addDevice();
    await second.wizard.pane('pin');
    for (const user of [second, alice]) await user.choosePin(PIN);
    for (const user of [second, alice]) await user.wizard.closes();
    await expectUsable(place.stage, card, PIN);
    await expectUsable(place.stage, other, PIN);
  });

  thoroughIt('opens only for a page in front; another page reports that until it is in front', async () => {
    const card = await place.insert('yubikey');
    await alice.addDevice();
    const front = await place.stage.page('/');
    await front.bringToFront();
    await alice.wizard.paneBehind('error');
    await alice.page.bringToFront();
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'WINDOW_NOT_ALLOWED' });
    await alice.wizard.retry();
    await finish();
    await expectUsable(place.stage, card, PIN);
  });
});
