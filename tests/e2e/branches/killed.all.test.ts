import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { PortalUser } from '@cardwright/stage';
import type { Page } from 'puppeteer-core';
import { closing } from '../../support/workplace/closing.js';
import { heldAt } from '../../support/workplace/faults.js';
import type { CardKind, StagedCard } from '../../support/workplace/staged-card.js';
import type { Witness } from '../../support/workplace/witness.js';
import { expectUsable } from '../../support/workplace/silicon.js';
import { oneIn } from '../../support/thorough.js';
import { Workplace } from '../../support/workplace/workplace.js';

const PIN = '739154';

/**
 * APDUs at which a part is killed: while the card is opened, proves itself or gets its CHUID, gets its credentials, makes its keys,
 * and while its certificates are written or read back.
 */
const POINTS = { yubikey: [18, 28, 34, 42, 53], piv: [13, 18, 21, 30, 38] } as const;
/** A run tries one point where the fault sweep has every APDU: hosts, pages and portals. */
const SWEPT = 5;
/** The fault sweep has no background and no service, so a run tries every second point. */
const NOT_SWEPT = 2;

let place: Workplace;
let alice: PortalUser;
let card: StagedCard;
let witness: Witness;
beforeAll(async () => {
  place = await Workplace.open({ own: 'it kills portal and smart card service', photographs: 'branches' });
  alice = await place.trustedEmployee();
});
afterEach(() => place.tidyUp({ keep: alice }));
afterAll(() => place.close());

/** Issues a card until an APDU is running, and holds it there until the card is released. */
const issueUntil = async (kind: CardKind, apdu: number): Promise<void> => {
  card = await place.insert(kind, heldAt(apdu));
  witness = await place.witness(card, alice);
  await alice.addDevice();
  await card.isHeld();
};

const finish = async (): Promise<void> => {
  await alice.choosePin(PIN);
  await alice.wizard.closes();
  await witness.expectSound(PIN);
};

describe.each(['yubikey', 'piv'] as const)('while a %s is issued, a host', (kind) => {
  it.each(oneIn(SWEPT, POINTS[kind]))('is started again after it was killed at APDU %d', async (apdu) => {
    await issueUntil(kind, apdu);
    await place.killHost();
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'HOST_CRASHED' });
    card.release();
    await alice.wizard.retry();
    await finish();
  });
});

describe("while a card is issued, the extension's background", () => {
  it.each(oneIn(NOT_SWEPT, POINTS.yubikey))('is started again after it ended at APDU %d', async (apdu) => {
    await issueUntil('yubikey', apdu);
    await place.stage.browser.stopBackground();
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'EXTENSION_LOST' });
    card.release();
    await alice.wizard.retry();
    await finish();
  });
});

describe('while a card is issued, a page', () => {
  it.each(oneIn(SWEPT, POINTS.piv))(
    'leaves a device that continues in the next page if it is closed at APDU %d',
    async (apdu) => {
      await issueUntil('piv', apdu);
      await alice.page.close();
      card.release();
      alice = await alice.newTab();
      await alice.addDevice();
      await finish();
    },
  );

  it.each(oneIn(SWEPT, POINTS.yubikey))('leaves a device that continues if it is reloaded at APDU %d', async (apdu) => {
    await issueUntil('yubikey', apdu);
    await alice.reload();
    card.release();
    await alice.addDevice();
    await finish();
  });
});

describe('while a card is issued, a portal', () => {
  it.each(oneIn(SWEPT, POINTS.yubikey))(
    'is waited for when it is killed at APDU %d and started again',
    async (apdu) => {
      await issueUntil('yubikey', apdu);
      await place.killPortal();
      card.release();
      await alice.reads('The portal does not answer. Trying again');
      await place.startPortal();
      await finish();
    },
  );
});

describe.each(['yubikey', 'piv'] as const)('while a %s is issued, a smart card service', (kind) => {
  it.each(oneIn(NOT_SWEPT, POINTS[kind]))('is asked for when it ends at APDU %d', async (apdu) => {
    await issueUntil(kind, apdu);
    await place.stopPcscd();
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'PCSC_UNAVAILABLE' });
    await place.restartPcscd();
    await card.putBack();
    await alice.wizard.retry();
    await finish();
  });
});

describe('while a PIN is typed', () => {
  const issueUntilPin = async (): Promise<Page> => {
    card = await place.insert('yubikey');
    witness = await place.witness(card, alice);
    await alice.addDevice();
    return alice.window('secret');
  };

  it('closes the window when the host is killed, and starts the host again', async () => {
    const closed = closing(await issueUntilPin());
    await place.killHost();
    await closed;
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'HOST_CRASHED' });
    await alice.wizard.retry();
    await finish();
    await expectUsable(place.stage, card, PIN);
  });

  it("starts the extension's background again when it ends", async () => {
    const closed = closing(await issueUntilPin());
    await place.stage.browser.stopBackground();
    await closed;
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'EXTENSION_LOST' });
    await alice.wizard.retry();
    await finish();
  });

  it('closes the window when the page is closed, and leaves a device that continues', async () => {
    const closed = closing(await issueUntilPin());
    await alice.page.close();
    await closed;
    await place.hostsEnd();
    alice = await alice.newTab();
    await expect(alice.devices()).resolves.toContainEqual(expect.objectContaining({ state: 'PIN missing' }));
    await alice.addDevice();
    await finish();
  });

  it('waits for a portal that is killed and started again', async () => {
    await issueUntilPin();
    await place.killPortal();
    await alice.choosePin(PIN);
    await alice.reads('The portal does not answer. Trying again');
    await place.startPortal();
    await alice.wizard.closes();
    await witness.expectSound(PIN);
  });

  it('closes the window when the smart card service ends, and asks for the service', async () => {
    const closed = closing(await issueUntilPin());
    await place.stopPcscd();
    await closed;
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'PCSC_UNAVAILABLE' });
    await place.restartPcscd();
    await card.putBack();
    await alice.wizard.retry();
    await finish();
  });
});
