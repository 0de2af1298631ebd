import { describe, expect, it } from '@jest/globals';
import { isCardwrightError } from '@cardwright/protocol';
import type { TestCard } from '../../support/host-and-card/test-card.js';
import { startWith } from '../../support/forging.js';
import { CmsUser } from '../support/cms-user.js';
import { FEW_SLOTS, TestCms } from '../support/test-cms.js';
import { ALICE, BOB, OLGA, OSCAR } from '../support/test-people.js';

/** Attack: the owner of a declined device tries to bring the same card before another operator, who does not know about it. */

const cms = await TestCms.open({ policy: { slots: FEW_SLOTS } });
await cms.setPolicy('piv', { unprovenKeys: 'supervised' });
const alice = new CmsUser(cms, ALICE);
const bob = new CmsUser(cms, BOB);
const olga = new CmsUser(cms, OLGA);
const oscar = new CmsUser(cms, OSCAR);

const WHY = 'Nobody knows this card.';

async function newDeclined(owner = alice): Promise<{ card: TestCard; id: string }> {
  const card = cms.newCard('piv');
  await owner.issue(card);
  const { id } = cms.deviceOf(card);
  expect(await oscar.act(id, 'decline', WHY)).toMatchObject({ body: { state: 'failed' } });
  return { card, id };
}

const rowOf = (id: string) => cms.devices.find((device) => device.id === id);

function expectDeclined(id: string): void {
  expect(rowOf(id)).toMatchObject({
    state: 'failed',
    stateReason: `declined by an operator: ${WHY}`,
    ownerActions: [],
  });
}

describe('a device that was declined', () => {
  it('cannot be continued; its owner reads why', async () => {
    const { card, id } = await newDeclined();
    const reason = 'Your help desk declined this device. Ask them for another attempt.';
    expect(await alice.judge(card)).toEqual({ action: null, reason });
    expect(await alice.post('operations', (await alice.openHost(card)).startRequest)).toMatchObject({
      code: 'DEVICE_NOT_ELIGIBLE',
    });
    expectDeclined(id);
  });

  it('cannot be given up and started again', async () => {
    const { id } = await newDeclined();
    const refusal = await cms.running.startAgain(ALICE, id).catch((error: unknown) => error);
    expect(isCardwrightError(refusal, 'DEVICE_STATE')).toBe(true);
    expectDeclined(id);
  });

  it('stays the same when its host calls it blank, or used by someone else', async () => {
    const { card, id } = await newDeclined();
    const host = await alice.openHost(card);
    for (const claim of [{ certificates: [] }, { certificates: ['9A' as const] }, { pin: null, puk: null }])
      expect((await alice.post('operations', startWith(host, claim))).code).toBe('DEVICE_NOT_ELIGIBLE');
    expectDeclined(id);
  });

  it('cannot become another user’s device', async () => {
    const { card, id } = await newDeclined();
    expect((await bob.judge(card)).action).toBeNull();
    expectDeclined(id);
  });

  it('cannot be approved, activated or resumed by any operator', async () => {
    const { id } = await newDeclined();
    for (const action of ['approve', 'activate', 'resume'] as const)
      expect((await olga.act(id, action)).code).toBe('DEVICE_STATE');
    expectDeclined(id);
  });

  it('gets no other try from an operator who owns the device', async () => {
    const { id } = await newDeclined(olga);
    expect((await olga.act(id, 'allow-retry')).code).toBe('FORBIDDEN');
    expectDeclined(id);
  });

  it('can be issued again once an operator allows it; it waits for approval again, and both are logged', async () => {
    const { card, id } = await newDeclined();
    expect(await olga.act(id, 'allow-retry')).toMatchObject({ body: { state: 'failed' } });
    expect((await olga.act(id, 'allow-retry')).code).toBe('DEVICE_STATE');
    expect(rowOf(id)).toMatchObject({
      stateReason: 'another try allowed by an operator',
      ownerActions: ['continue'],
    });
    expect(await alice.issue(card)).toMatchObject({ state: 'done', deviceState: 'awaiting-approval' });
    const log = cms.store.contents().audit.filter(({ deviceId }) => deviceId === id);
    expect(log.map(({ detail }) => detail)).toContainEqual(expect.objectContaining({ declined: WHY }));
  });
});
