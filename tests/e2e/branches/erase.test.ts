import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { IndependentTools, type PortalUser } from '@cardwright/stage';
import { useBefore } from '../../support/workplace/earlier-use.js';
import { locked, pulledAfter } from '../../support/workplace/faults.js';
import { expectUsable } from '../../support/workplace/silicon.js';
import { Workplace } from '../../support/workplace/workplace.js';
import { thoroughIt } from '../../support/thorough.js';

const PIN = '739154';

describe('a used YubiKey', () => {
  let place: Workplace;
  let alice: PortalUser;
  beforeAll(async () => {
    place = await Workplace.open({ photographs: 'branches' });
    alice = await place.trustedEmployee();
  });
  afterEach(() => place.tidyUp({ keep: alice }));
  afterAll(() => place.close());

  /** Selects the only device, whose line contains these words, and continues. */
  const choose = async (words: string): Promise<void> => {
    await alice.wizard.pane('choose');
    await alice.wizard.choose(words);
    await alice.reads('Cardwright will ask you to confirm before erasing.');
    await alice.lookAt(alice.page, 'wizard-chosen');
    await alice.click('#next', 'Erase and use');
  };

  it("is erased when its user confirms that in the extension's window, and issued afterwards", async () => {
    const card = await place.insert('yubikey');
    await useBefore(place.stage.env, card);
    const before = card.memory;
    await alice.addDevice();
    await choose('its certificates (in one slot), its keys and its PIN for good');
    await alice.wizard.pane('erase');
    await alice.refuseErasing();
    await alice.wizard.pane('choose');
    expect(card.memory).toEqual(before);

    await choose('Erase and use');
    await alice.confirmErasing();
    await alice.choosePin(PIN);
    await alice.wizard.closes();
    await expectUsable(place.stage, card, PIN);
    const { text } = await new IndependentTools(place.stage.env, card.readerName).ykmanInfo();
    expect(text).not.toContain('Somebody Else');
  });

  thoroughIt('can be used again even if it is locked', async () => {
    const card = await place.insert('yubikey', locked);
    await alice.addDevice();
    await choose('Its PIN and PUK are blocked');
    await alice.confirmErasing();
    await alice.choosePin(PIN);
    await alice.wizard.closes();
    expect(card.tries).toEqual([3, 3]);
    await expectUsable(place.stage, card, PIN);
  });

  thoroughIt('is issued when it is back after it was pulled right after its erasure', async () => {
    const card = await place.insert('yubikey');
    await useBefore(place.stage.env, card);
    await card.putBack(pulledAfter('RESET'));
    await alice.addDevice();
    await choose('It was used before');
    await alice.confirmErasing();
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'CARD_REMOVED' });
    await card.putBack();
    await alice.wizard.retry();
    await alice.choosePin(PIN);
    await alice.wizard.closes();
    await expectUsable(place.stage, card, PIN);
  });

  thoroughIt('is left alone if a blank one is connected', async () => {
    const used = await place.insert('yubikey');
    await useBefore(place.stage.env, used);
    const before = used.memory;
    await place.insert('yubikey');
    await alice.addDevice();
    await alice.choosePin(PIN);
    await alice.wizard.closes();
    expect(used.memory).toEqual(before);
  });
});
