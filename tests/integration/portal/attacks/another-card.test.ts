import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { TestCard } from '../../../support/host-and-card/test-card.js';
import { Browser, startTestPortal, type TestPortal } from '../support/test-portal.js';
import { setPolicy, startWith } from './forging.js';

/**
 * A page hides from the CMS that the card in the reader is issued already, to have it overwritten. The card kept its
 * factory's management key, so it is the host that has to notice.
 */

let portal: TestPortal;
let alice: Browser;

beforeAll(async () => {
  portal = await startTestPortal({ CARDWRIGHT_DEVICE_LIMIT: '100' });
  alice = await Browser.login(portal, 'alice');
  await setPolicy(portal, await Browser.login(portal, 'olga'), 'piv');
});
afterAll(() => portal.remove());

it.each([
  ['its GUID and its certificates', { serial: null, guid: null, certificates: [] }],
  ['all that, behind a serial number,', { serial: '4711', guid: null, certificates: [] }],
])('an issued plain card whose page conceals %s is left as it is by its host', async (_what, claim) => {
  const card = new TestCard('piv', null, null);
  expect(await alice.relay(await alice.openHost(card))).toMatchObject({ deviceState: 'active' });
  const before = { objects: new Map(card.objects), certificates: new Map(card.certificates), keys: new Map(card.keys) };
  const host = await alice.openHost(card);
  const { step } = await alice.operate('', startWith(host, claim));
  await expect(host.run(step?.jws ?? '')).rejects.toMatchObject({ code: 'STEP_REFUSED', data: { reason: 'card' } });
  expect(host.executed).toEqual([]);
  expect({ objects: card.objects, certificates: card.certificates, keys: card.keys }).toEqual(before);
});
