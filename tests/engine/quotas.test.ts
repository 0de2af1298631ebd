import { erase, issue } from '@cardwright/cms';
import { expect, it } from '@jest/globals';
import { CmsUser } from './support/cms-user.js';
import { FEW_SLOTS, TestCms, WIDE_QUOTAS } from './support/test-cms.js';
import { ALICE, BOB } from './support/test-people.js';

const REFUSED = { status: 429, code: 'RATE_LIMITED' };

it('limits the operations that a user starts in an hour, counting refused ones', async () => {
  const cms = await TestCms.open({ quotas: { ...WIDE_QUOTAS, operationsPerHour: 2 } });
  const [alice, bob] = [new CmsUser(cms, ALICE), new CmsUser(cms, BOB)];
  const { startRequest } = await alice.openHost(cms.newCard('yubikey'));
  const held = { ...startRequest, device: { ...startRequest.device, state: 'held' } };
  for (let start = 0; start < 2; start += 1)
    expect((await alice.post('operations', held)).code).toBe('DEVICE_NOT_ELIGIBLE');
  expect(await alice.post('operations', startRequest)).toMatchObject(REFUSED);
  expect(await bob.post('operations', startRequest)).toMatchObject({ status: 200 });
});

it('limits the card witnesses that it answers for a user in an hour; the device can continue later', async () => {
  const quotas = { ...WIDE_QUOTAS, witnessesPerHour: 1 };
  const cms = await TestCms.open({ policy: { slots: FEW_SLOTS }, quotas });
  const alice = new CmsUser(cms, ALICE);
  const card = cms.newCard('yubikey');
  const pulled = await alice.openHost(card);
  pulled.pull = { method: 'certificate.write', when: 'before' };
  await alice.relay(pulled);
  expect(await alice.issue(card)).toMatchObject({
    state: 'failed',
    deviceState: 'failed',
    error: { data: { name: 'RATE_LIMITED' } },
  });
  cms.restart({ quotas: WIDE_QUOTAS });
  expect(await alice.issue(card)).toMatchObject({ state: 'done', deviceState: 'active' });
});

it.each(['yubikey', 'piv'] as const)('fails the erasure of a %s at that limit; another one ends it', async (model) => {
  const operations = [issue, erase];
  const cms = await TestCms.open({ policy: { slots: FEW_SLOTS }, operations });
  const alice = new CmsUser(cms, ALICE);
  const card = cms.newCard(model);
  expect(await alice.issue(card)).toMatchObject({ deviceState: 'active' });
  cms.restart({ quotas: { ...WIDE_QUOTAS, witnessesPerHour: 0 } });
  expect(await alice.relay(await alice.openHost(card), undefined, 'erase')).toMatchObject({
    state: 'failed',
    deviceState: 'terminated',
    error: { data: { name: 'RATE_LIMITED' } },
  });
  cms.restart();
  expect(await alice.relay(await alice.openHost(card), undefined, 'erase')).toMatchObject({
    state: 'done',
    deviceState: 'available',
  });
});
