import { erase, unlock } from '@cardwright/cms';
import { GIVEN_BACK } from '@cardwright/cms/devices';
import type { DevicePolicy } from '@cardwright/cms/policies';
import { CardwrightError } from '@cardwright/protocol';
import { describe, expect, it } from '@jest/globals';
import { actOn } from '../support/engine/operator-action.js';
import { personOf } from '../support/engine/people.js';
import type { Pull } from '../support/host-and-card/pull.js';
import { PlayedHost } from '../support/host-and-card/played-host.js';
import { everyOrOneIn } from '../support/thorough.js';
import { ORIGIN } from './support/engine-parts.js';
import { ADA, ToyStage, type ToyOptions } from './support/toy-stage.js';

const OLGA = personOf('olga');
const BOB = personOf('bob');
const FACTORY = { pin: '123456', puk: '12345678' };
const WITHOUT_9E: Partial<DevicePolicy> = { slots: { '9A': 'P-256' } };
const MODELS = ['yubikey', 'piv'] as const;

const issued = (options: ToyOptions = {}): Promise<ToyStage> =>
  ToyStage.issued({ operations: [erase, unlock], ...options });

const givenBack = { state: 'done', error: null, deviceState: 'available' };
const keptEscrows = ({ store }: ToyStage) =>
  store
    .contents()
    .escrows.filter(
      ({ managementKeyDroppedAt, pukDroppedAt }) => managementKeyDroppedAt === null || pukDroppedAt === null,
    );
const revocations = ({ store }: ToyStage) =>
  store.contents().certificates.map(({ revocationReason }) => revocationReason);

/** Expects the card to be in its factory state, as far as a CMS had changed it. */
function expectNew({ card }: ToyStage): void {
  expect([card.pin, card.puk, card.isPinBlocked, card.pukTries]).toEqual([FACTORY.pin, FACTORY.puk, false, 3]);
  expect([...card.certificates.keys()]).toEqual([]);
  expect(card.managementKey.key.toString('hex')).toBe('010203040506070801020304050607080102030405060708');
  expect(card.fewestPukTries).toBeGreaterThanOrEqual(card.model === 'piv' ? 2 : 0);
}

function expectGivenBack(stage: ToyStage): void {
  expectNew(stage);
  expect(stage.device).toMatchObject({ state: 'available', stateReason: GIVEN_BACK, hasInitialPin: false });
  expect(revocations(stage).filter((reason) => reason !== 'cessationOfOperation')).toEqual([]);
  expect(keptEscrows(stage)).toEqual([]);
}

describe.each(MODELS)('the owner of a %s', (model) => {
  it('gives it back: its certificates are revoked, its card is new, and its secrets are gone', async () => {
    const stage = await issued({ model });
    const keysBefore = [...stage.card.keys.values()].map(({ privateKey }) => privateKey.toString('hex'));
    expect(await stage.relay(await stage.newHost(), 'erase')).toMatchObject(givenBack);
    expectGivenBack(stage);
    expect(keysBefore).not.toEqual([]);
    for (const { privateKey } of stage.card.keys.values()) expect(keysBefore).not.toContain(privateKey.toString('hex'));
    const events = stage.store.contents().audit.map(({ event }) => event);
    expect(events.indexOf('device.erase-ordered')).toBeLessThan(events.indexOf('device.erased'));
    expect(stage.running).toEqual([]);
  });

  it('is asked before anything changes, and keeps the device by closing the window', async () => {
    const stage = await issued({ model });
    const host = await stage.newHost();
    const before = stage.store.contents();
    const { pin, puk } = stage.card;
    let asked = 0;
    host.confirm = () => {
      asked += 1;
      throw new CardwrightError('USER_CANCELLED');
    };
    expect(await stage.relay(host, 'erase')).toMatchObject({ state: 'cancelled', deviceState: 'active' });
    expect(asked).toBe(1);
    expect([stage.card.pin, stage.card.puk]).toEqual([pin, puk]);
    expect(stage.store.contents().certificates).toEqual(before.certificates);
    expect(stage.store.contents().devices).toEqual(before.devices);
    expect(keptEscrows(stage)).toHaveLength(1);
    expect(await stage.relay(await stage.newHost(), 'erase')).toMatchObject(givenBack);
  });

  it('is asked once, and sees the certificates revoked before the card is touched', async () => {
    const stage = await issued({ model });
    const host = await stage.newHost();
    let asked = 0;
    host.confirm = () => void (asked += 1);
    let answer = await stage.start(host, 'erase');
    const { pin } = stage.card;
    while (answer.step && revocations(stage).includes(null)) {
      expect([stage.card.pin, stage.card.certificates.size, stage.card.erasures]).toEqual([pin, 2, 0]);
      answer = await stage.next(host, answer);
    }
    expect(stage.device).toMatchObject({ state: 'terminated', stateReason: 'being erased' });
    while (answer.step) answer = await stage.next(host, answer);
    expect(answer).toMatchObject(givenBack);
    expect(asked).toBe(1);
  });

  it('leaves a card that can be issued to someone else', async () => {
    const stage = await issued({ model });
    await stage.relay(await stage.newHost(), 'erase');
    const host = await PlayedHost.open(stage.card, ORIGIN, stage.cms.publishedKeys);
    let answer = await stage.cms.start(stage.by(BOB), host.startRequest);
    while (answer.step) answer = await stage.nextOf(BOB, host, answer);
    expect(answer).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(stage.store.contents().devices.map(({ ownerId, state }) => [ownerId, state])).toEqual([
      ['ada', 'available'],
      ['bob', 'active'],
    ]);
  });

  it('gives back a device that an operator terminated, or terminated and released', async () => {
    for (const release of [false, true]) {
      const stage = await issued({ model });
      await actOn(stage, OLGA, 'terminate', stage.device?.id ?? '', 'lost');
      if (release) await actOn(stage, OLGA, 'release', stage.device?.id ?? '', 'found');
      expect(await stage.relay(await stage.newHost(), 'erase')).toMatchObject(givenBack);
      expectGivenBack(stage);
    }
  });

  it('gives back a device whose PUK an unlock replaced', async () => {
    const stage = await issued({ model });
    await stage.relay(await stage.newHost(), 'unlock');
    expect(await stage.relay(await stage.newHost(), 'erase')).toMatchObject(givenBack);
    expectGivenBack(stage);
  });

  it('gives back a device with a blocked PIN, or without a certificate in 9E', async () => {
    const stage = await issued({ model, policy: WITHOUT_9E });
    stage.card.isPinBlocked = true;
    expect(await stage.relay(await stage.newHost(), 'erase')).toMatchObject(givenBack);
    expectGivenBack(stage);
  });
});

describe('a YubiKey', () => {
  it('can be given back even with a blocked PUK', async () => {
    const stage = await issued();
    stage.card.isPinBlocked = true;
    stage.card.pukTries = 0;
    expect(await stage.relay(await stage.newHost(), 'erase')).toMatchObject(givenBack);
    expectGivenBack(stage);
  });

  it('that has made its keys unusable leads to the help desk if no other proof is left; released, it is issued again', async () => {
    const stage = await issued();
    const { state } = stage.card;
    for (const [slot, key] of state.keys) state.keys.set(slot, { ...key, isCleared: true });
    stage.card.isPinBlocked = true;
    stage.card.pukTries = 0;
    const [managementKeyDroppedAt, rows] = [new Date(), stage.store.contents()];
    const escrows = rows.escrows.map((escrow) => ({ ...escrow, managementKeyDroppedAt }));
    await stage.store.transaction((transaction) => transaction.write({ ...rows, escrows, audit: [], events: [] }));
    expect(await stage.relay(await stage.newHost(), 'erase')).toMatchObject({
      state: 'failed',
      deviceState: 'active',
      error: {
        data: {
          name: 'DEVICE_NOT_ELIGIBLE',
          details: { reason: expect.stringContaining("can no longer show that it's yours. Ask your help desk.") },
        },
      },
    });
    for (const action of ['terminate', 'release'] as const)
      await actOn(stage, OLGA, action, stage.device?.id ?? '', 'Ada has asked.');
    expect(await stage.relay(await stage.newHost(), 'issue')).toMatchObject({ state: 'done', deviceState: 'active' });
  });

  it('can be given back when it is half issued', async () => {
    const stage = await ToyStage.blank({ operations: [erase] });
    const host = await stage.newHost();
    host.user = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    const pending = await stage.relay(host, 'issue');
    expect(pending.deviceState).toBe('pending');
    expect(await stage.relay(await stage.newHost(), 'erase')).toMatchObject(givenBack);
    expectGivenBack(stage);
    expect(stage.running).toEqual([]);
  });
});

describe('a plain card', () => {
  it('can be given back when its issuance failed after its PUK was set', async () => {
    const stage = await ToyStage.blank({ operations: [erase], model: 'piv' });
    const host = await stage.newHost();
    host.pull = { method: 'key.generate', when: 'before' };
    const broken = await stage.relay(host, 'issue');
    await stage.cms.cancel({ person: ADA, language: 'en' }, broken.operation);
    expect(stage.device?.state).toBe('failed');
    expect(stage.card.puk).not.toBe(FACTORY.puk);
    expect(await stage.relay(await stage.newHost(), 'erase')).toMatchObject(givenBack);
    expectGivenBack(stage);
  });

  it('keeps a blocked PUK: its keys are gone, but the erasure cannot end', async () => {
    const stage = await issued({ model: 'piv' });
    const { puk } = stage.card;
    stage.card.pukTries = 0;
    expect(await stage.relay(await stage.newHost(), 'erase')).toMatchObject({
      state: 'failed',
      error: { data: { name: 'PUK_BLOCKED' } },
      deviceState: 'terminated',
    });
    expect([stage.card.puk, stage.card.certificates.size]).toEqual([puk, 0]);
    expect(keptEscrows(stage)).toHaveLength(1);
  });
});

describe('an erasure that is interrupted', () => {
  const pulls: readonly [(typeof MODELS)[number], Pull][] = [
    ...(['before', 'unanswered', 'after'] as const).flatMap((when): [(typeof MODELS)[number], Pull][] => [
      ['yubikey', { method: 'device.reset', when }],
      ['yubikey', { method: 'managementKey.authenticate', when }],
      ['piv', { method: 'key.generate', when }],
      ['piv', { method: 'certificate.delete', when }],
      ['piv', { method: 'credentials.apply', when }],
    ]),
  ];

  it.each(everyOrOneIn(8, pulls))(
    'keeps every secret of a %s interrupted at %j, and ends in another session',
    async (model, pull) => {
      const stage = await issued({ model });
      const host = await stage.newHost();
      host.pull = pull;
      const broken = await stage.relay(host, 'erase');
      if (broken.state !== 'done') {
        expect(stage.device).toMatchObject({ state: 'terminated', stateReason: 'being erased' });
        expect(keptEscrows(stage)).toHaveLength(1);
        expect(await stage.relay(await stage.newHost(), 'erase')).toMatchObject(givenBack);
      }
      expectGivenBack(stage);
    },
  );

  it('finds out which of two PUKs a plain card has after an interrupted unlock', async () => {
    const interruptions = [
      ['unanswered', 'before'],
      ['unanswered', 'unanswered'],
      ['before', 'unanswered'],
    ] as const;
    for (const [unlocked, erased] of everyOrOneIn(3, interruptions)) {
      const stage = await issued({ model: 'piv' });
      const first = await stage.newHost();
      first.pull = { method: 'credentials.apply', when: unlocked };
      await stage.relay(first, 'unlock');
      for (const nth of [1, 2]) {
        const host = await stage.newHost();
        host.pull = { method: 'credentials.apply', when: erased, nth };
        await stage.relay(host, 'erase');
      }
      expect(await stage.relay(await stage.newHost(), 'erase')).toMatchObject(givenBack);
      expectGivenBack(stage);
    }
  });

  it('leaves a plain card two tries after three interruptions at the factory PUK', async () => {
    const stage = await issued({ model: 'piv' });
    for (const when of ['unanswered', 'before', 'unanswered'] as const) {
      const host = await stage.newHost();
      host.pull = { method: 'credentials.apply', when };
      await stage.relay(host, 'erase');
    }
    expect(await stage.relay(await stage.newHost(), 'erase')).toMatchObject(givenBack);
    expectGivenBack(stage);
  });
});
