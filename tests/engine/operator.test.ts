import { CardwrightError } from '@cardwright/protocol';
import { expect, it } from '@jest/globals';
import type { TestCard } from '../support/host-and-card/test-card.js';
import { CmsUser } from './support/cms-user.js';
import { FEW_SLOTS, TestCms } from './support/test-cms.js';
import { ALICE, OLGA } from './support/test-people.js';

const cms = await TestCms.open({ deviceLimit: 3, policy: { slots: FEW_SLOTS } });
const alice = new CmsUser(cms, ALICE);
const olga = new CmsUser(cms, OLGA);

/** Issues a card up to the PIN window, which its user closes. */
async function newPendingDevice(): Promise<{ card: TestCard; id: string }> {
  const card = cms.newCard('piv');
  const host = await alice.openHost(card);
  host.user = () => {
    throw new CardwrightError('USER_CANCELLED');
  };
  expect(await alice.relay(host)).toMatchObject({ state: 'running', deviceState: 'pending' });
  return { card, id: cms.deviceOf(card).id };
}

const statusesOf = (card: TestCard) => cms.deviceOf(card).certificates.map(({ status }) => status);

it('holds the certificates of a pending device until its activation, and revokes them at its end', async () => {
  const { card, id } = await newPendingDevice();
  expect(statusesOf(card)).toEqual(['on-hold', 'on-hold']);
  expect(await olga.act(id, 'activate')).toMatchObject({ body: { state: 'active' } });
  expect(statusesOf(card)).toEqual(['good', 'good']);
  expect((await olga.act(id, 'activate')).code).toBe('DEVICE_STATE');
  await olga.act(id, 'suspend');
  expect(statusesOf(card)).toEqual(['on-hold', 'on-hold']);
  expect(await olga.act(id, 'resume')).toMatchObject({ body: { state: 'active' } });
  expect(statusesOf(card)).toEqual(['good', 'good']);
  await olga.act(id, 'terminate');
  expect(statusesOf(card)).toEqual(['revoked', 'revoked']);
});

it('returns a device that was suspended while pending to pending, not to active', async () => {
  const { id } = await newPendingDevice();
  await olga.act(id, 'suspend');
  expect(await olga.act(id, 'resume')).toMatchObject({ body: { state: 'pending' } });
  await olga.act(id, 'terminate');
});

it('does not activate a device while its user chooses a PIN, which could get lost with the page', async () => {
  const card = cms.newCard('piv');
  const host = await alice.openHost(card);
  const { operation, step } = await alice.relay(host, ({ phase }) => phase.name === 'pin');
  const { id } = cms.deviceOf(card);
  expect((await olga.act(id, 'activate')).code).toBe('DEVICE_STATE');
  const body = { step: step?.number, outcomes: await host.run(step?.jws ?? '') };
  expect(await alice.operate(`/${operation}/results`, body)).toMatchObject({ state: 'done', deviceState: 'active' });
  expect(cms.deviceOf(card).hasInitialPin).toBe(false);
  await olga.act(id, 'terminate');
});

it('ends an issuance whose device an operator terminated meanwhile', async () => {
  const card = cms.newCard('piv');
  const host = await alice.openHost(card);
  const { operation, step } = await alice.relay(host, ({ phase }) => phase.name === 'certificates');
  await olga.act(cms.deviceOf(card).id, 'terminate');
  const body = { step: step?.number, outcomes: await host.run(step?.jws ?? '') };
  expect(await alice.operate(`/${operation}/results`, body)).toMatchObject({
    state: 'failed',
    deviceState: 'terminated',
    error: { data: { name: 'DEVICE_STATE' } },
  });
});

it('limits the devices of a user, tells why, and frees the place at termination', async () => {
  const pending = [await newPendingDevice(), await newPendingDevice(), await newPendingDevice()];
  const fourth = cms.newCard('piv');
  expect(await alice.judge(fourth)).toEqual({
    action: null,
    reason: 'You can have 3 devices. To add another, ask your help desk to terminate one of them.',
  });
  expect((await alice.post('operations', (await alice.openHost(fourth)).startRequest)).code).toBe(
    'DEVICE_NOT_ELIGIBLE',
  );
  for (const { id } of pending) await olga.act(id, 'terminate');
  expect(await alice.judge(fourth)).toEqual({ action: 'start', reason: null });
});
