import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { PortalUser } from '@cardwright/stage';
import { closing } from '../../support/workplace/closing.js';
import { pulledAfter, pulledAt, type Fault } from '../../support/workplace/faults.js';
import { expectUsable } from '../../support/workplace/silicon.js';
import { oneIn } from '../../support/thorough.js';
import { Workplace } from '../../support/workplace/workplace.js';

const PIN = '739154';

/** The APDU that changes the PIN: the second of its kind, after that of the PUK. */
const PIN_CHANGE = 'CHANGE-REFERENCE-DATA#2';

/**
 * Twenty points of each card's issuance, in order: during the card's reading; while it is opened, authenticated and proved, its
 * credentials are replaced, its keys made, its certificates written and read back; and at the APDU that changes its PIN.
 */
const POINTS = {
  yubikey: {
    listed: [pulledAt(4), pulledAfter(9)],
    issued: [
      ...[pulledAt(13), pulledAfter(20), pulledAt(23), pulledAfter(25), pulledAfter(28)],
      ...[pulledAt(29), pulledAfter(31), pulledAfter(33), pulledAfter(34)],
      ...[pulledAt(35), pulledAfter(37), pulledAt(41), pulledAfter(45)],
      ...[pulledAt(48), pulledAfter(51), pulledAfter(54)],
    ],
    atPin: [pulledAt(PIN_CHANGE), pulledAfter(PIN_CHANGE)],
  },
  piv: {
    listed: [pulledAt(3), pulledAfter(7)],
    issued: [
      ...[pulledAt(10), pulledAfter(14), pulledAfter(16), pulledAt(18), pulledAfter(18)],
      ...[pulledAt(20), pulledAfter(20), pulledAfter(21)],
      ...[pulledAt(23), pulledAfter(24), pulledAt(29), pulledAfter(30)],
      ...[pulledAt(33), pulledAfter(34), pulledAt(38), pulledAfter(40)],
    ],
    atPin: [pulledAt(PIN_CHANGE), pulledAfter(PIN_CHANGE)],
  },
} as const;

/** A run tries one point of each list, none of which is longer. The fault sweep tries every APDU. */
const SHARE = 16;

/** APDUs of a second issuance, well before its PIN, which a plain card then reaches at about the 35th APDU. */
const AGAIN = { yubikey: 35, piv: 24 } as const;

const named = (faults: readonly Fault[]) => faults.map((fault) => ({ fault, point: fault.at(-1) }));

let place: Workplace;
let alice: PortalUser;
beforeAll(async () => {
  place = await Workplace.open({ photographs: 'branches' });
  alice = await place.trustedEmployee();
});
afterEach(() => place.tidyUp({ keep: alice }));
afterAll(() => place.close());

const finish = async (): Promise<void> => {
  await alice.choosePin(PIN);
  await alice.wizard.closes();
};

describe.each(['yubikey', 'piv'] as const)('a %s', (kind) => {
  it.each(oneIn(SHARE, named(POINTS[kind].listed)))(
    'is asked for if it is pulled while it is read ($point)',
    async ({ fault }) => {
      const card = await place.insert(kind, fault);
      const witness = await place.witness(card, alice);
      await alice.addDevice();
      await alice.wizard.pane('connect');
      await card.putBack();
      await finish();
      await witness.expectSound(PIN);
    },
  );

  it.each(oneIn(SHARE, named(POINTS[kind].issued)))(
    'finishes when it is back after it was pulled during its issuance ($point)',
    async ({ fault }) => {
      const card = await place.insert(kind, fault);
      const witness = await place.witness(card, alice);
      await alice.addDevice();
      await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'CARD_REMOVED' });
      await card.putBack();
      await alice.wizard.retry();
      await finish();
      await witness.expectSound(PIN);
    },
  );

  it.each(oneIn(SHARE, named(POINTS[kind].atPin)))(
    'finishes when it is back after it was pulled while it gets its PIN ($point)',
    async ({ fault }) => {
      const card = await place.insert(kind, fault);
      const witness = await place.witness(card, alice);
      await alice.addDevice();
      await alice.choosePin('201846');
      await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'CARD_REMOVED' });
      await card.putBack();
      await alice.wizard.retry();
      await finish();
      await witness.expectSound(PIN);
    },
  );
});

describe.each(['yubikey', 'piv'] as const)('a %s', (kind) => {
  it('closes the window if it is pulled while its PIN is typed, and finishes when it is back', async () => {
    const card = await place.insert(kind);
    const witness = await place.witness(card, alice);
    await alice.addDevice();
    const closed = closing(await alice.window('secret'));
    await card.pull();
    await closed;
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'CARD_REMOVED' });
    await card.putBack();
    await alice.wizard.retry();
    await finish();
    await witness.expectSound(PIN);
    await expectUsable(place.stage, card, PIN);
  });
});

describe.each(['yubikey', 'piv'] as const)('a %s', (kind) => {
  it('finishes even if it is pulled twice', async () => {
    const card = await place.insert(kind, pulledAfter(30));
    const witness = await place.witness(card, alice);
    await alice.addDevice();
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'CARD_REMOVED' });
    await card.putBack(pulledAt(AGAIN[kind]));
    await alice.wizard.retry();
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'CARD_REMOVED' });
    await card.putBack();
    await alice.wizard.retry();
    await finish();
    await witness.expectSound(PIN);
    await expectUsable(place.stage, card, PIN);
  });
});
