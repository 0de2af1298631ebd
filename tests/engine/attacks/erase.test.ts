import { erase } from '@cardwright/cms';
import { changePolicy, listPolicies, openFactorySecrets, type DevicePolicy } from '@cardwright/cms/policies';
import { encodeBytes } from '@cardwright/protocol';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import { describe, expect, it } from '@jest/globals';
import { ADMINISTRATOR } from '../../support/administrator.js';
import { actOn } from '../../support/engine/operator-action.js';
import { personOf } from '../../support/engine/people.js';
import { startWith } from '../../support/forging.js';
import { PlayedHost } from '../../support/host-and-card/played-host.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { engineParts, ORIGIN } from '../support/engine-parts.js';
import { ADA, ToyStage, type ToyOptions } from '../support/toy-stage.js';

/** Attacks: erasing someone else's device, or one's own unasked; or making the CMS believe that a used card is new. */

const OLGA = personOf('olga');
const BOB = personOf('bob');
const WITHOUT_9E: Partial<DevicePolicy> = { slots: { '9A': 'P-256' } };
const MODELS = ['yubikey', 'piv'] as const;

const issued = (options: ToyOptions = {}): Promise<ToyStage> => ToyStage.issued({ operations: [erase], ...options });

/** Captures a device's row, its certificates and secrets, and its card. */
const seen = ({ store, card }: ToyStage) => {
  const { devices, certificates, escrows } = store.contents();
  return [devices, certificates, escrows, card.pin, card.puk, [...card.certificates], card.erasures];
};

async function expectUntouched(stage: ToyStage, work: () => Promise<unknown>): Promise<void> {
  const before = seen(stage);
  await work();
  expect(seen(stage)).toEqual(before);
}

const refused = { code: 'DEVICE_NOT_ELIGIBLE' };
const isErrorOf = (name: string) => ({ error: { data: { name } } });

const keptEscrows = ({ store }: ToyStage) =>
  store.contents().escrows.filter(({ pukDroppedAt }) => pukDroppedAt === null);

/** Starts an erasure with a host that claims these facts of the card. */
const startAs = (stage: ToyStage, host: PlayedHost, claim: Partial<DeviceInfo>) =>
  stage.cms.start(stage.by(), { ...startWith(host, claim), kind: 'erase' });

/** Relays the operation, and replaces the results of the step with this method by a lie. */
async function lieAt(
  stage: ToyStage,
  method: string,
  lie: (outcomes: CommandOutcome[]) => CommandOutcome[],
): Promise<OperationAnswer> {
  const host = await stage.newHost();
  return stage.relay(host, 'erase', 'en', (outcomes) =>
    outcomes.some((outcome) => outcome.method === method) ? lie(outcomes) : outcomes,
  );
}

describe('an erasure', () => {
  it.each(MODELS)('is refused for someone else’s %s', async (model) => {
    const stage = await issued({ model });
    const host = await stage.newHost();
    await expectUntouched(stage, () =>
      expect(
        stage.cms.start({ person: BOB, language: 'en' }, { ...host.startRequest, kind: 'erase' }),
      ).rejects.toMatchObject(refused),
    );
  });

  it('is refused for a device that was released and is someone else’s now', async () => {
    const stage = await issued();
    await stage.relay(await stage.newHost(), 'erase');
    const host = await PlayedHost.open(stage.card, ORIGIN, stage.cms.publishedKeys);
    let answer = await stage.cms.start(stage.by(BOB), host.startRequest);
    while (answer.step) answer = await stage.nextOf(BOB, host, answer);
    await expectUntouched(stage, async () =>
      expect(stage.start(await stage.newHost(), 'erase')).rejects.toMatchObject(refused),
    );
  });

  it('is refused for a card that someone else got since, known by an unsigned serial number', async () => {
    const stage = await issued({ policy: { ...WITHOUT_9E, unprovenKeys: 'allow', attestationRoots: [] } });
    // Ada's terminated row stays. The same card is Bob's now, and reports the same number to her.
    await actOn(stage, OLGA, 'terminate', stage.device?.id ?? '', 'lost');
    stage.card.erase();
    const host = await PlayedHost.open(stage.card, ORIGIN, stage.cms.publishedKeys);
    let answer = await stage.cms.start(stage.by(BOB), host.startRequest);
    while (answer.step) answer = await stage.nextOf(BOB, host, answer);
    expect(answer.deviceState).toBe('active');
    await expectUntouched(stage, async () => {
      expect(await stage.relay(await stage.newHost(), 'erase')).toMatchObject(isErrorOf('MANAGEMENT_KEY_REFUSED'));
    });
  });

  it.each([
    ['suspended', 'suspend'],
    ['terminated and released', 'terminate'],
  ] as const)('ends when the device is %s meanwhile', async (_name, action) => {
    const stage = await issued();
    const host = await stage.newHost();
    const started = await stage.start(host, 'erase');
    await actOn(stage, OLGA, action, stage.device?.id ?? '');
    if (action === 'terminate') await actOn(stage, OLGA, 'release', stage.device?.id ?? '', 'found');
    await expectUntouched(stage, () =>
      action === 'suspend'
        ? expect(stage.next(host, started)).resolves.toMatchObject(isErrorOf('DEVICE_STATE'))
        : expect(stage.next(host, started)).rejects.toMatchObject({ code: 'OPERATION_MOVED' }),
    );
  });

  it('is refused for a suspended, unapproved or declined device, or a model that may not be erased', async () => {
    const suspended = await issued();
    await actOn(suspended, OLGA, 'suspend', suspended.device?.id ?? '');
    const supervised = { operations: [erase], model: 'piv' as const, policy: { unprovenKeys: 'supervised' as const } };
    const awaiting = await ToyStage.blank(supervised);
    await awaiting.relay(await awaiting.newHost(), 'issue');
    const declined = await ToyStage.blank(supervised);
    await declined.relay(await declined.newHost(), 'issue');
    await actOn(declined, OLGA, 'decline', declined.device?.id ?? '', 'unknown card');
    const kept = await issued({ policy: { reset: 'refuse' } });
    for (const stage of [suspended, awaiting, declined, kept])
      await expectUntouched(stage, async () =>
        expect(stage.start(await stage.newHost(), 'erase')).rejects.toMatchObject(refused),
      );
  });
});

describe('the proof of the device', () => {
  it.each([
    ['has the key in 9E', {}, 'OPERATION_FAILED'],
    ['has a management key of its own', WITHOUT_9E, 'MANAGEMENT_KEY_REFUSED'],
  ] as const)('cannot be given by a new card in place of one that %s', async (_what, policy, code) => {
    const stage = await issued({ policy });
    const { vendor } = await engineParts();
    const { serial, guid, certificates } = (await stage.newHost()).startRequest.device;
    const other = new TestCard('yubikey', '10000002', vendor);
    const theirs = await PlayedHost.open(other, ORIGIN, stage.cms.publishedKeys);
    await theirs.lie();
    await expectUntouched(stage, async () => {
      let answer = await startAs(stage, theirs, { serial, guid, certificates });
      while (answer.step) answer = await stage.next(theirs, answer);
      expect(['KEY_MISSING', code]).toContain(answer.error?.data.name);
    });
    expect(other.erasures).toBe(0);
  });
});

describe('a host that lies', () => {
  it('cannot pretend that a YubiKey was erased', async () => {
    const stage = await issued();
    const host = await stage.newHost();
    // An honest host would already refuse the next step, which is for another card.
    await host.lie();
    const { device } = host.startRequest;
    const blank = { ...device, certificates: [], guid: null, pin: null, puk: null, managementKey: null };
    let answer = await stage.start(host, 'erase');
    while (answer.step && answer.phase.name !== 'erase') answer = await stage.next(host, answer);
    const witness = {
      method: 'managementKey.getChallenge',
      result: { algorithm: 'AES-192', witness: encodeBytes(Buffer.alloc(16, 1)) },
    } as const;
    const { step } = answer;
    // It forges the result of a reset, then lets the card answer, which has another key.
    answer = await stage.cms.continue({ person: ADA, language: 'en' }, answer.operation, step?.number ?? 0, [
      { method: 'device.reset', result: { device: blank } },
      witness,
    ]);
    expect(answer.phase.name).toBe('read-back');
    answer = await stage.next(host, answer);
    expect(answer).toMatchObject({ state: expect.stringMatching(/failed|running/), deviceState: 'terminated' });
    expect(stage.device).toMatchObject({ state: 'terminated', stateReason: 'being erased' });
    expect(keptEscrows(stage)).toHaveLength(1);
    expect(stage.card.erasures).toBe(0);
    expect(await stage.relay(await stage.newHost(), 'erase')).toMatchObject({
      state: 'done',
      deviceState: 'available',
    });
  });

  it('cannot pretend that a plain card was erased while its certificates are there', async () => {
    const stage = await issued({ model: 'piv' });
    const answer = await lieAt(stage, 'certificate.read', (outcomes) =>
      outcomes.map((outcome) =>
        outcome.method === 'certificate.read' ? { ...outcome, result: { certificate: 'AAAA' } } : outcome,
      ),
    );
    expect(answer).toMatchObject(isErrorOf('OPERATION_FAILED'));
    expect(stage.device).toMatchObject({ state: 'terminated', stateReason: 'being erased' });
    expect(keptEscrows(stage)).toHaveLength(1);
  });

  it('cannot pass another card off as the erased one by its serial number', async () => {
    const stage = await issued();
    const answer = await lieAt(stage, 'device.reset', (outcomes) =>
      outcomes.map((outcome) =>
        outcome.method === 'device.reset' && 'result' in outcome
          ? { ...outcome, result: { device: { ...(outcome.result.device as object), serial: '10000002' } } }
          : outcome,
      ),
    );
    expect(answer).toMatchObject(isErrorOf('OPERATION_FAILED'));
    expect(stage.device).toMatchObject({ state: 'terminated', stateReason: 'being erased' });
    expect(keptEscrows(stage)).toHaveLength(1);
  });

  it('cannot bring another new card that claims the number of the one being erased', async () => {
    const stage = await issued();
    const host = await stage.newHost();
    host.pull = { method: 'device.reset', when: 'before' };
    await stage.relay(host, 'erase');
    expect(stage.device).toMatchObject({ stateReason: 'being erased' });
    const { vendor } = await engineParts();
    const other = new TestCard('yubikey', '10000002', vendor);
    const theirs = await PlayedHost.open(other, ORIGIN, stage.cms.publishedKeys);
    await theirs.lie();
    let answer = await startAs(stage, theirs, { serial: '10000001' });
    while (answer.step) answer = await stage.next(theirs, answer);
    expect(answer).toMatchObject({ state: 'failed', error: { data: { name: 'ATTESTATION_CONTRADICTS' } } });
    expect(stage.device).toMatchObject({ state: 'terminated', stateReason: 'being erased' });
    expect(keptEscrows(stage)).toHaveLength(1);
  });

  it('learns the PUK of a plain card only after its certificates are revoked', async () => {
    const stage = await issued({ model: 'piv' });
    const host = await stage.newHost();
    let answer = await stage.start(host, 'erase');
    const released = () => stage.store.contents().audit.filter(({ event }) => event === 'secret.released').length;
    const before = released();
    while (answer.step && released() === before) {
      const open = stage.store.contents().certificates.filter(({ revocationReason }) => revocationReason === null);
      if (open.length > 0) expect(released()).toBe(before);
      answer = await stage.next(host, answer);
    }
    expect(released()).toBeGreaterThan(before);
    expect(stage.store.contents().certificates.map(({ revocationReason }) => revocationReason)).not.toContain(null);
    expect([...stage.card.certificates]).toEqual([]);
  });

  it('never learns confidential factory values of the organisation', async () => {
    const stage = await issued({ model: 'piv' });
    const [row] = (await listPolicies(stage.store)).filter(({ model }) => model === 'piv');
    const stored = stage.store.contents().policies.find(({ model }) => model === 'piv');
    if (!row || !stored) throw new Error('there is a policy for plain cards');
    const factory = { ...(await openFactorySecrets(stored, stage.store.keys)), confidential: true };
    await changePolicy(stage.store, ADMINISTRATOR, { model: 'piv', policy: row.policy, factory });
    await expectUntouched(stage, async () => {
      expect(await stage.relay(await stage.newHost(), 'erase')).toMatchObject(isErrorOf('DEVICE_NOT_ELIGIBLE'));
    });
  });
});

describe('two tabs', () => {
  it('cannot erase one device at once: the first is told, and its step has no effect', async () => {
    const stage = await issued();
    const first = await stage.newHost();
    const inFirst = await stage.next(first, await stage.start(first, 'erase'));
    const second = await stage.newHost();
    const inSecond = await stage.start(second, 'erase');
    expect(inSecond.operation).toBe(inFirst.operation);
    await expect(stage.next(first, inFirst)).rejects.toMatchObject({
      code: expect.stringMatching(/^(OPERATION_MOVED|DEVICE_NOT_OPEN)$/),
    });
    let answer = inSecond;
    while (answer.step) answer = await stage.next(second, answer);
    expect(answer).toMatchObject({ state: 'done' });
    expect(stage.card.erasures).toBe(1);
  });
});

describe('a script in the page', () => {
  it('can neither erase a device nor have its user asked', async () => {
    const stage = await issued();
    const host = await stage.newHost();
    await expectUntouched(stage, async () => {
      for (const asked of [
        host.ask('device.reset', {}),
        host.ask('device.confirmErasure', { fido: 'reset' }),
        host.ask('fido.reset', {}),
      ])
        await expect(asked).rejects.toMatchObject({ code: 'STEP_REQUIRED' });
    });
  });

  it('cannot use a consent twice: the user is asked again in another operation', async () => {
    const stage = await issued();
    const host = await stage.newHost();
    let asked = 0;
    host.confirm = () => void (asked += 1);
    let answer = await stage.start(host, 'erase');
    while (answer.step && asked === 0) answer = await stage.next(host, answer);
    await stage.cms.cancel({ person: ADA, language: 'en' }, answer.operation);
    let again = await stage.start(host, 'erase');
    expect(again.operation).not.toBe(answer.operation);
    while (again.step) again = await stage.next(host, again);
    expect([again.state, asked]).toEqual(['done', 2]);
  });
});
