import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { PortalUser } from '@cardwright/stage';
import { heldAt } from '../../support/workplace/faults.js';
import type { StagedCard } from '../../support/workplace/staged-card.js';
import { expectUsable } from '../../support/workplace/silicon.js';
import { Workplace } from '../../support/workplace/workplace.js';

const PIN = '739154';
/** The APDU at which a card makes its keys. Its secrets are already replaced then. */
const LATE = { yubikey: 46, piv: 30 } as const;

let place: Workplace;
let alice: PortalUser;
beforeAll(async () => {
  place = await Workplace.open({
    own: 'it kills the portal and restarts the smart card service',
    photographs: 'branches',
    authorityTimeout: 2,
  });
  alice = await place.trustedEmployee();
});
afterEach(async () => {
  place.setAuthority('answer');
  await place.tidyUp({ keep: alice });
});
afterAll(() => place.close());

const begin = async (kind: 'yubikey' | 'piv'): Promise<StagedCard> => {
  const card = await place.insert(kind, heldAt(LATE[kind]));
  await alice.addDevice();
  await card.isHeld();
  return card;
};

const finish = async (): Promise<void> => {
  await alice.choosePin(PIN);
  await alice.wizard.closes();
};

describe.each(['yubikey', 'piv'] as const)('a %s whose reader is unplugged while it is issued', (kind) => {
  it('is asked for, and continues in another reader', async () => {
    const card = await begin(kind);
    await place.restartPcscd(0);
    const { code } = await alice.wizard.failure();
    expect(['CARD_REMOVED', 'READER_REMOVED', 'NO_READER', 'PCSC_UNAVAILABLE']).toContain(code);
    await alice.wizard.retry();
    await alice.wizard.pane('no-reader');
    await place.restartPcscd();
    await alice.wizard.pane('connect');
    await card.putBack();
    await finish();
    await expectUsable(place.stage, card, PIN);
  });
});

describe('a portal that does not answer', () => {
  it('is waited for, then named, and called again when the user continues', async () => {
    const card = await begin('yubikey');
    await place.killPortal();
    card.release();
    await alice.reads('The portal does not answer. Trying again');
    await alice.lookAt(alice.page, 'wizard-waiting');
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'CMS_UNREACHABLE' });
    await alice.wizard.retry();
    // Now the Check step finds the outage, and reports the same.
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'CMS_UNREACHABLE' });
    await place.startPortal();
    await alice.wizard.retry();
    await finish();
    await expectUsable(place.stage, card, PIN);
  });
});

it('names a silent certification authority, and calls it again when the user continues', async () => {
  place.setAuthority('hang');
  const card = await place.insert('piv');
  await alice.addDevice();
  await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'CA_UNAVAILABLE' });
  place.setAuthority('answer');
  await alice.wizard.retry();
  await finish();
  await expectUsable(place.stage, card, PIN);
});
