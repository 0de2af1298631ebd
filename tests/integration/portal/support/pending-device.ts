import { expect } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { TestCard } from '../../../support/host-and-card/test-card.js';
import { listDevices, type Browser } from './test-portal.js';

/** Issues a plain card whose user closes the PIN window, and returns the card with its row. */
export async function newPendingDevice(alice: Browser) {
  const card = new TestCard('piv', null, null);
  const host = await alice.openHost(card);
  host.user = () => {
    throw new CardwrightError('USER_CANCELLED');
  };
  expect(await alice.relay(host)).toMatchObject({ state: 'running', deviceState: 'pending' });
  const row = (await listDevices(alice)).devices.find(({ guid }) => guid === card.guid);
  if (!row) throw new Error('the device has no row');
  return { card, row };
}
