import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { PortalUser } from '@cardwright/demo';
import { pulledAt } from '../../support/workplace/faults.js';
import { Workplace } from '../../support/workplace/workplace.js';

describe('a card that is pulled', () => {
  let place: Workplace;
  let alice: PortalUser;
  beforeAll(async () => {
    place = await Workplace.open({ photographs: 'branches' });
    alice = await place.trustedEmployee();
  });
  afterEach(() => place.tidyUp({ keep: alice }));
  afterAll(() => place.close());

  it('is asked for again, and finishes', async () => {
    const card = await place.insert('yubikey', pulledAt(40));
    await alice.addDevice();
    await expect(alice.failure()).resolves.toMatchObject({ code: 'CARD_REMOVED' });
    await card.putBack();
    await alice.click('#retry');
    await alice.choosePin('739154');
    await alice.wizardCloses();
    await expect(alice.devices(1)).resolves.toMatchObject([{ state: 'Active' }]);
    expect(card.tries).toEqual([3, 3]);
  });
});
