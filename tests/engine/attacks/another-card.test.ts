import { expect, it } from '@jest/globals';
import { startWith } from '../../support/forging.js';
import { CmsUser } from '../support/cms-user.js';
import { FEW_SLOTS, TestCms } from '../support/test-cms.js';
import { ALICE } from '../support/test-people.js';

/**
 * Attack: a page hides from the CMS that the card in the reader is issued already, to have it overwritten. The card still has
 * its factory management key, so the host must notice.
 */

const cms = await TestCms.open({ policy: { slots: FEW_SLOTS } });
const alice = new CmsUser(cms, ALICE);

it.each([
  ['its GUID and its certificates', { serial: null, guid: null, certificates: [] }],
  ['all that, behind a serial number,', { serial: '4711', guid: null, certificates: [] }],
])('a host leaves an issued plain card alone whose page conceals %s', async (_what, claim) => {
  const card = cms.newCard('piv');
  expect(await alice.issue(card)).toMatchObject({ deviceState: 'active' });
  const before = { objects: new Map(card.objects), certificates: new Map(card.certificates), keys: new Map(card.keys) };
  const host = await alice.openHost(card);
  const { step } = await alice.operate('', startWith(host, claim));
  await expect(host.run(step?.jws ?? '')).rejects.toMatchObject({ code: 'STEP_REFUSED', data: { reason: 'card' } });
  expect(host.executed).toEqual([]);
  expect({ objects: card.objects, certificates: card.certificates, keys: card.keys }).toEqual(before);
});
