import { describe, expect, it } from '@jest/globals';
import { CmsUser } from './support/cms-user.js';
import { TestCms } from './support/test-cms.js';
import { ALICE, OLGA } from './support/test-people.js';

/** A plain card whose key in 9D can only agree on keys, by a policy that wants it to sign. */

const SLOTS = { '9D': 'P-256', '9E': 'P-256' } as const;

async function stage() {
  const cms = await TestCms.open({ policy: { slots: SLOTS } });
  const alice = new CmsUser(cms, ALICE);
  const card = cms.newCard('piv');
  const failed = { state: 'failed', deviceState: 'failed', error: { data: { name: 'KEY_CANNOT_SIGN' } } };
  expect(await alice.issue(card)).toMatchObject(failed);
  return { cms, alice, card, failed };
}

describe('a card that cannot sign what the policy wants', () => {
  it('is refused before it is touched again, and its owner learns why', async () => {
    const { alice, card } = await stage();
    const host = await alice.openHost(card);
    const refused = await alice.post('operations', host.startRequest);
    const reason = expect.stringContaining("A key of this device can't sign its certificate request.");
    expect(refused).toMatchObject({ code: 'DEVICE_NOT_ELIGIBLE', body: { error: { data: { details: { reason } } } } });
    expect(host.executed).toEqual([]);
  });

  it('offers its owner nothing that would fail again', async () => {
    const { cms, card } = await stage();
    expect(cms.deviceOf(card).ownerActions).toEqual([]);
  });

  it('is issued once the policy leaves the slot out', async () => {
    const { cms, alice, card } = await stage();
    await cms.setPolicy('piv', { keyManagementCannotSign: 'leave-out' });
    expect(await alice.issue(card)).toMatchObject({ state: 'done', deviceState: 'active' });
  });

  it('gets another try that an operator allows, and only one', async () => {
    const { cms, alice, card, failed } = await stage();
    const olga = new CmsUser(cms, OLGA);
    expect((await olga.act(cms.deviceOf(card).id, 'allow-retry')).status).toBe(200);
    expect(await alice.issue(card)).toMatchObject(failed);
    const host = await alice.openHost(card);
    expect((await alice.post('operations', host.startRequest)).code).toBe('DEVICE_NOT_ELIGIBLE');
  });
});
