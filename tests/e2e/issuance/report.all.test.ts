// Alone proves: openssl reads from the portal's CRL what becomes of a device that its owner reports.
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { PortalUser } from '@cardwright/stage';
import { certificatesOf, expectIssued, reasonsOnCrl, SLOTS } from '../../support/card-judgement.js';
import type { StagedCard } from '../../support/workplace/staged-card.js';
import { Workplace } from '../../support/workplace/workplace.js';

/** An owner reports a device on My Devices. openssl reads from the portal's CRL what others learn of it. */

const PIN = '739154';

let place: Workplace;
let alice: PortalUser;

beforeAll(async () => {
  place = await Workplace.open({ photographs: 'report' });
  alice = await place.trustedEmployee();
});
afterEach(() => place.tidyUp({ keep: alice }));
afterAll(() => place.close());

async function issue(card: StagedCard): Promise<void> {
  await alice.choosePin(PIN);
  await alice.wizard.closes();
  await expectIssued(place.stage, card.inserted, PIN, 'EC');
}

/** Reports the first device that can be reported: two clicks and a choice. */
async function report(incident: 'lost' | 'stolen'): Promise<void> {
  await alice.click('[data-action=report]');
  await alice.click(`input[value=${incident}]`);
  await alice.click('#confirm');
  await alice.reads('The device is suspended.');
}

it('is on hold when it is lost, good again when it was found, and ended by its replacement when it was stolen', async () => {
  const card = await place.insert('yubikey');
  await alice.addDevice();
  await issue(card);
  const certificates = await certificatesOf(place.stage, card.inserted);
  const onCrl = () => reasonsOnCrl(place.stage, certificates);
  const all = (reason: string | undefined) => SLOTS.map(() => reason);
  expect(await onCrl()).toEqual(all(undefined));

  await report('lost');
  expect(await onCrl()).toEqual(all('Certificate Hold'));
  expect(await alice.devices(1)).toMatchObject([{ state: 'Suspended' }]);

  await alice.click('[data-action=takeBack]');
  await alice.click('#confirm');
  await alice.reads('The report is taken back.');
  expect(await onCrl()).toEqual(all(undefined));
  expect(await alice.devices(1)).toMatchObject([{ state: 'Active' }]);

  await report('stolen');
  expect(await onCrl()).toEqual(all('Certificate Hold'));
  await card.pull();
  const next = await place.insert('yubikey');
  await alice.click('[data-action=replace]');
  await alice.click('#confirm');
  await issue(next);
  expect(await onCrl()).toEqual(all('Key Compromise'));
  expect(await alice.devices(1)).toMatchObject([{ state: 'Active' }]);
});
