import { ACTION_NAMES, OPERATOR_ACTIONS, type ActionName } from '@cardwright/cms/devices';
import { inTransaction, type Device, type DeviceRecord } from '@cardwright/cms/store';
import { describe, expect, it } from '@jest/globals';
import { newCertificate, newDevice, newOperation, newPasskey, NO_CHANGES } from '../../integration/store/rows.js';
import { NO_VERSION } from '../../support/engine/operator-action.js';
import { relayForged } from '../../support/forging.js';
import type { TestCard } from '../../support/host-and-card/test-card.js';
import { CmsUser } from '../support/cms-user.js';
import { FEW_SLOTS, TestCms } from '../support/test-cms.js';
import { ALICE, OLGA, OSCAR } from '../support/test-people.js';

/** Attack: the device on Olga's open page changes before she clicks. */

/** The lead of the clock in milliseconds. It grows, so that each moment is later than the last. */
let late = 0;
const now = (): Date => new Date(Date.now() + (late += 1));

const cms = await TestCms.open({ now, policy: { slots: FEW_SLOTS } });
await cms.setPolicy('piv', { unprovenKeys: 'supervised' });
const alice = new CmsUser(cms, ALICE);
const olga = new CmsUser(cms, OLGA);
const oscar = new CmsUser(cms, OSCAR);

const WHY = 'Nobody knows this card.';

/** Issues a device that waits for approval, and returns it as Olga's page shows it. */
async function newAwaiting(): Promise<{ card: TestCard; id: string; seen: string }> {
  const card = cms.newCard('piv');
  expect(await alice.issue(card)).toMatchObject({ deviceState: 'awaiting-approval' });
  const { id } = cms.deviceOf(card);
  return { card, id, seen: cms.versionOf(id) };
}

/** Lets Oscar decline a device and allow its owner another try. */
async function declineOnce(id: string): Promise<void> {
  expect((await oscar.act(id, 'decline', WHY)).status).toBe(200);
  expect((await oscar.act(id, 'allow-retry')).status).toBe(200);
}

const keysOf = (id: string): (string | null)[] =>
  cms.store
    .contents()
    .certificates.filter(({ deviceId, revocationReason: why }) => deviceId === id && why === 'certificateHold')
    .map(({ keyHash }) => keyHash);
const rowOf = (id: string): Device | undefined => cms.store.contents().devices.find((device) => device.id === id);

/** Changes a device as an issuance would. */
const change = (id: string, work: (device: DeviceRecord) => void): Promise<void> =>
  inTransaction({ store: cms.store, now }, async (records) => {
    const device = await records.openDevice(id);
    if (!device) throw new Error('there is no such device');
    work(device);
  });

const newHeld = (id: string, slot: '9C' | '9E') => newCertificate(id, { slot, revocationReason: 'certificateHold' });

/** Ways in which a waiting device becomes another one that waits for approval again. */
const CHANGES: readonly [string, (id: string, card: TestCard) => Promise<void>][] = [
  [
    'was declined, allowed another try and issued again with other keys',
    async (id, card) => {
      await declineOnce(id);
      expect(await alice.issue(card)).toMatchObject({ deviceState: 'awaiting-approval' });
    },
  ],
  [
    'is another card of its owner by now, whose host says that it is the declined one',
    async (id, { guid, puk }) => {
      await declineOnce(id);
      const other = cms.newCard('piv');
      // Her own host revealed it to her.
      other.puk = puk;
      const answer = await relayForged(alice, await alice.openHost(other), { claim: { guid } });
      expect(answer).toMatchObject({ deviceState: 'awaiting-approval' });
    },
  ],
  [
    'has another certificate in one slot',
    (id) =>
      change(id, (device) => {
        device.supersedeCertificates(['9E'], 'operation-1');
        device.addCertificate(newHeld(id, '9E'));
      }),
  ],
  [
    'has one certificate more',
    (id) =>
      change(id, (device) => {
        device.addCertificate(newHeld(id, '9C'));
      }),
  ],
  [
    'has one certificate less',
    (id) =>
      change(id, (device) => {
        device.supersedeCertificates(['9E'], 'operation-1');
      }),
  ],
  [
    'has a passkey by now',
    (id) =>
      change(id, (device) => {
        device.addPasskey(newPasskey(id));
      }),
  ],
  [
    'was suspended and resumed by another operator',
    async (id) => {
      for (const action of ['suspend', 'resume'] as const) expect((await oscar.act(id, action)).status).toBe(200);
    },
  ],
];

describe('an approval of what the operator has not seen', () => {
  it.each(CHANGES)('is refused where the device %s', async (_what, becomeAnother) => {
    const { id, card, seen } = await newAwaiting();
    await becomeAnother(id, card);
    expect(rowOf(id)?.state).toBe('awaiting-approval');
    const before = cms.store.contents();
    expect(await olga.actWith(id, 'approve', { seen })).toMatchObject({ status: 409, code: 'DEVICE_CHANGED' });
    expect(cms.store.contents()).toEqual(before);
    expect(await olga.act(id, 'approve')).toMatchObject({ body: { state: 'active' } });
  });

  it('covers only the keys that were seen, not the new ones of the same row', async () => {
    const { id, card } = await newAwaiting();
    const declined = keysOf(id);
    await declineOnce(id);
    await alice.issue(card);
    expect(keysOf(id)).toHaveLength(declined.length);
    for (const key of keysOf(id)) expect(declined).not.toContain(key);
  });

  it('is refused after another suspension and resumption that left the same words', async () => {
    const { id } = await newAwaiting();
    const suspendAndResume = async (): Promise<void> => {
      for (const action of ['suspend', 'resume'] as const) await oscar.act(id, action);
    };
    await suspendAndResume();
    const [seen, shown] = [cms.versionOf(id), rowOf(id)];
    await suspendAndResume();
    expect({ ...rowOf(id), updatedAt: null }).toEqual({ ...shown, updatedAt: null });
    expect((await olga.actWith(id, 'approve', { seen })).code).toBe('DEVICE_CHANGED');
  });

  it('is refused where a passkey was replaced', async () => {
    const { id } = await newAwaiting();
    await change(id, (device) => {
      device.addPasskey(newPasskey(id));
    });
    const seen = cms.versionOf(id);
    await change(id, (device) => {
      device.dropPasskeys();
      device.addPasskey(newPasskey(id));
    });
    expect((await olga.actWith(id, 'approve', { seen })).code).toBe('DEVICE_CHANGED');
  });

  it('is refused with the version of another device', async () => {
    const [one, other] = [await newAwaiting(), await newAwaiting()];
    expect((await olga.actWith(one.id, 'approve', { seen: other.seen })).code).toBe('DEVICE_CHANGED');
    expect((await olga.actWith(other.id, 'approve', { seen: one.seen })).code).toBe('DEVICE_CHANGED');
    for (const { id } of [one, other]) expect(rowOf(id)?.state).toBe('awaiting-approval');
  });

  it('releases the factory PUK only to the session that waits for it', async () => {
    const policy = { unprovenKeys: 'supervised' } as const;
    await cms.setPolicy('piv', policy, { puk: '24681357', confidential: true });
    try {
      const card = cms.newCard('piv');
      await alice.issue(card);
      const { id } = cms.deviceOf(card);
      expect(rowOf(id)).toMatchObject({ stateReason: 'APPROVAL_NEEDED', pukApprovedAt: null });
      const seen = cms.versionOf(id);
      await alice.issue(card);
      expect(rowOf(id)).toMatchObject({ stateReason: 'APPROVAL_NEEDED', pukApprovedAt: null });
      expect((await olga.actWith(id, 'approve-puk', { seen })).code).toBe('DEVICE_CHANGED');
      expect(rowOf(id)?.pukApprovedAt).toBeNull();
    } finally {
      await cms.setPolicy('piv', policy);
    }
  });

  it.each([
    ['none', {}],
    ['an empty one', { seen: '' }],
    ['one that is too short', { seen: NO_VERSION.slice(1) }],
    ['one that is too long', { seen: `${NO_VERSION}x` }],
    ['one that is much too long', { seen: 'x'.repeat(100_000) }],
    ['one with a line break behind it', { seen: `${NO_VERSION}\n` }],
    ['characters that are not base64url', { seen: '+'.repeat(43) }],
    ['null', { seen: null }],
    ['a list of versions', { seen: [NO_VERSION] }],
    ['more than it asks for', { seen: NO_VERSION, state: 'active' }],
  ])('is refused with %s as the version', async (_what, request) => {
    const { id } = await newAwaiting();
    expect((await olga.actWith(id, 'approve', request)).code).toBe('INVALID_PARAMS');
    expect(rowOf(id)?.state).toBe('awaiting-approval');
  });

  it('is refused for a device that does not exist', async () => {
    expect(await olga.actWith(newDevice('nobody').id, 'approve', { seen: NO_VERSION })).toMatchObject({
      code: 'DEVICE_STATE',
    });
  });
});

describe('two operators who see the same device', () => {
  it.each([
    ['both approve it', 'approve', undefined],
    ['one of them declines it', 'decline', WHY],
    ['one of them terminates it', 'terminate', undefined],
  ] as const)('only one succeeds when %s at once; the other is told of the change', async (_what, action, reason) => {
    const { id, seen } = await newAwaiting();
    const answers = await Promise.all([
      oscar.actWith(id, action, { seen, ...(reason === undefined ? {} : { reason }) }),
      olga.actWith(id, 'approve', { seen }),
    ]);
    expect(answers.map(({ status, code }) => code ?? status).sort()).toEqual([200, 'DEVICE_CHANGED']);
  });
});

/** Further facts that a device needs for an action to apply. */
const CONDITIONS: Partial<Record<ActionName, Partial<Device>>> = {
  'approve-puk': { stateReason: 'APPROVAL_NEEDED' },
  'approve-unlock': { stateReason: 'APPROVAL_NEEDED' },
  'allow-retry': { stateReason: `declined by an operator: ${WHY}` },
  resume: { stateBeforeSuspension: 'active' },
};

describe.each(ACTION_NAMES)('the action %s', (name) => {
  const { from, reason } = OPERATOR_ACTIONS[name];
  const words = reason === 'required' ? { reason: WHY } : {};

  it.each(from)('leaves a device alone that is %s and differs from what was seen', async (state) => {
    const device = newDevice(ALICE.id, { model: 'piv', state, ...CONDITIONS[name] });
    const operation = newOperation(ALICE.id, { deviceId: device.id, guid: device.guid });
    await cms.store.transaction(async (transaction) => {
      await transaction.insertDevice(device);
      await transaction.write({ ...NO_CHANGES, operations: [operation] });
    });
    const seen = cms.versionOf(device.id);
    await change(device.id, (record) => {
      record.change({});
    });
    const before = cms.store.contents();
    expect((await olga.actWith(device.id, name, { seen, ...words })).code).toBe('DEVICE_CHANGED');
    expect(cms.store.contents()).toEqual(before);
    expect(await olga.act(device.id, name, words.reason)).toMatchObject({ status: 200 });
  });
});
