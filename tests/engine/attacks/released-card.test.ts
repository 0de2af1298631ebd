import { changePolicy, listPolicies, openFactorySecrets, type DevicePolicy } from '@cardwright/cms/policies';
import type { Person } from '@cardwright/cms/store';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import { describe, expect, it } from '@jest/globals';
import { ADMINISTRATOR } from '../../support/administrator.js';
import { actOn } from '../../support/engine/operator-action.js';
import { personOf } from '../../support/engine/people.js';
import type { PlayedHost } from '../../support/host-and-card/played-host.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import {
  copyName,
  countReleased,
  hostOf,
  issuedPlainCard,
  keptPuks,
  release,
  relayAs,
  releasedPlainCard,
} from '../support/released-card.js';
import { ADA, ToyStage } from '../support/toy-stage.js';

/**
 * A released plain card is overwritten for whoever adds it. Attacks: getting its PUK, which opens what its last user left on it;
 * having another card overwritten; or making the CMS forget secrets that a card still has.
 */

const OLGA = personOf('olga');
const BOB = personOf('bob');
const MALLORY = personOf('mallory');
const PIN = '481596';
const WITHOUT_9E: Partial<DevicePolicy> = { slots: { '9A': 'P-256' } };
const CERTIFICATE_9E = 0x5fc101;

const newPlainCard = (): TestCard => new TestCard('piv', null, null);

/** Captures what the CMS keeps of the released device, and what is on a card. */
const seen = ({ store }: ToyStage, card: TestCard) => {
  const { devices, escrows, certificates } = store.contents();
  const keys = [...card.keys].map(([slot, { privateKey }]) => [slot, privateKey.toString('hex')]);
  return [devices, escrows, certificates, card.pin, card.puk, [...card.certificates], keys];
};

/** Expects that an operation with a card changes neither card nor row, and that no secret leaves the CMS. */
async function expectNothing(stage: ToyStage, card: TestCard, work: () => Promise<unknown>): Promise<void> {
  const [before, released] = [seen(stage, card), countReleased(stage)];
  await work();
  expect(seen(stage, card)).toEqual(before);
  expect(countReleased(stage)).toBe(released);
}

const notEligible = { code: 'DEVICE_NOT_ELIGIBLE' };
const failedWith = (name: string) => ({ state: 'failed', error: { data: { name } } });

const mallorys = (stage: ToyStage, card: TestCard): Promise<PlayedHost> => hostOf(stage, card, PIN);

describe('a card that copies the name of the released one', () => {
  it('gets nothing by the name alone', async () => {
    const stage = await releasedPlainCard();
    const other = newPlainCard();
    copyName(stage.card, other);
    await expectNothing(stage, other, async () =>
      expect(await relayAs(stage, MALLORY, await mallorys(stage, other))).toMatchObject(
        failedWith('DEVICE_NOT_ELIGIBLE'),
      ),
    );
  });

  it('gets nothing by name and certificates, which are public', async () => {
    const stage = await releasedPlainCard();
    const other = newPlainCard();
    const certificate = stage.card.state.objects.get(CERTIFICATE_9E);
    if (!certificate) throw new Error('there is no certificate in 9E');
    other.state.objects.set(CERTIFICATE_9E, Buffer.from(certificate));
    copyName(stage.card, other);
    await expectNothing(stage, other, async () => {
      const answer = await relayAs(stage, MALLORY, await mallorys(stage, other));
      expect([answer.state, answer.error?.data.name]).toEqual(['failed', 'KEY_MISSING']);
    });
  });

  it('is not overwritten while it is in use, not even by its owner', async () => {
    const stage = await releasedPlainCard();
    const inUse = newPlainCard();
    expect(await relayAs(stage, BOB, await hostOf(stage, inUse, PIN))).toMatchObject({ deviceState: 'active' });
    copyName(stage.card, inUse);
    for (const person of [BOB, MALLORY])
      await expectNothing(stage, inUse, async () =>
        expect(await relayAs(stage, person, await hostOf(stage, inUse, PIN))).toMatchObject(
          failedWith('OPERATION_FAILED'),
        ),
      );
  });

  it('gets nothing even if the released card itself has only its name to show', async () => {
    const stage = await releasedPlainCard({ policy: WITHOUT_9E });
    await expectNothing(stage, stage.card, async () =>
      expect(relayAs(stage, MALLORY, await mallorys(stage, stage.card))).rejects.toMatchObject(notEligible),
    );
  });
});

describe('a host that lies', () => {
  const CLAIMS: readonly [string, Partial<DeviceInfo>, string][] = [
    ['shows no certificate', { certificates: [] }, 'DEVICE_NOT_ELIGIBLE'],
    ['shows one in 9E', { certificates: ['9E'] }, 'KEY_MISSING'],
  ];

  it.each(CLAIMS)('gets no secret by claiming that its card %s', async (_what, claim, code) => {
    const stage = await releasedPlainCard();
    const other = newPlainCard();
    copyName(stage.card, other);
    const host = await mallorys(stage, other);
    await host.lie();
    await expectNothing(stage, other, async () =>
      expect(await relayAs(stage, MALLORY, host, { claim })).toMatchObject(failedWith(code)),
    );
  });

  it('is refused before it starts if it claims that its card shows a certificate in 9A alone', async () => {
    const stage = await releasedPlainCard();
    const host = await mallorys(stage, stage.card);
    await host.lie();
    await expectNothing(stage, stage.card, async () =>
      expect(relayAs(stage, MALLORY, host, { claim: { certificates: ['9A'] } })).rejects.toMatchObject(notEligible),
    );
  });

  it('gets no PUK of a YubiKey by claiming that it cannot reset itself', async () => {
    const stage = await ToyStage.issued({ model: 'yubikey' });
    await release(stage);
    const host = await mallorys(stage, stage.card);
    await host.lie();
    const { capabilities } = host.startRequest.device;
    if (!capabilities) throw new Error('the card has capabilities');
    const plain = { ...capabilities, reset: false, changeManagementKey: false, attestation: false };
    const claims: Partial<DeviceInfo>[] = [
      { capabilities: plain },
      { capabilities: plain, serial: null },
      { capabilities: plain, serial: null, model: 'piv' },
    ];
    for (const claim of claims)
      await expectNothing(stage, stage.card, async () =>
        expect(relayAs(stage, MALLORY, host, { claim })).rejects.toMatchObject(notEligible),
      );
  });

  it('learns the PUK only after consent, replaced keys and revoked certificates', async () => {
    const stage = await releasedPlainCard();
    const host = await mallorys(stage, stage.card);
    const keyBefore = stage.card.keys.get('9A')?.privateKey.toString('hex');
    const before = countReleased(stage);
    let asked = false;
    host.confirm = () => {
      asked = true;
    };
    await relayAs(stage, MALLORY, host, { until: () => countReleased(stage) > before });
    expect(countReleased(stage)).toBeGreaterThan(before);
    expect(asked).toBe(true);
    expect(stage.card.keys.get('9A')?.privateKey.toString('hex')).not.toBe(keyBefore);
    expect(stage.store.contents().certificates.map(({ revocationReason }) => revocationReason)).toEqual([
      'cessationOfOperation',
      'cessationOfOperation',
    ]);
  });

  it('cannot make the CMS forget the secrets of a card that still has a certificate', async () => {
    const stage = await releasedPlainCard();
    const lie = (outcomes: CommandOutcome[]): CommandOutcome[] =>
      outcomes.map((one) => (one.method === 'certificate.read' ? { ...one, result: { certificate: 'AAAA' } } : one));
    const answer = await relayAs(stage, MALLORY, await mallorys(stage, stage.card), { change: lie });
    expect(answer).toMatchObject(failedWith('OPERATION_FAILED'));
    expect(keptPuks(stage)).toHaveLength(1);
  });

  it('cannot make the CMS forget the secrets of an absent card after an interrupted erasure', async () => {
    const stage = await releasedPlainCard();
    const first = await hostOf(stage, stage.card, PIN);
    first.pull = { method: 'credentials.apply', when: 'before' };
    await relayAs(stage, BOB, first);
    const other = newPlainCard();
    copyName(stage.card, other);
    const host = await mallorys(stage, other);
    await host.lie();
    await expectNothing(stage, stage.card, async () =>
      expect(await relayAs(stage, MALLORY, host, { claim: { certificates: [] } })).toMatchObject(
        failedWith('DEVICE_NOT_ELIGIBLE'),
      ),
    );
    expect(await relayAs(stage, BOB, await hostOf(stage, stage.card, PIN))).toMatchObject({ deviceState: 'active' });
  });

  it('cannot make the CMS forget the secrets of a recognisable card with its factory PUK', async () => {
    const stage = await releasedPlainCard();
    const first = await hostOf(stage, stage.card, PIN);
    first.pull = { method: 'certificate.delete', when: 'before', nth: 2 };
    await relayAs(stage, BOB, first);
    expect([stage.card.puk, [...stage.card.certificates.keys()]]).toEqual(['12345678', ['9E']]);
    const other = newPlainCard();
    copyName(stage.card, other);
    // Issuing her a new card is harmless.
    expect(await relayAs(stage, MALLORY, await mallorys(stage, other))).toMatchObject({ deviceState: 'active' });
    expect(await relayAs(stage, BOB, await hostOf(stage, stage.card, PIN))).toMatchObject({ deviceState: 'active' });
  });

  it('never learns confidential factory values of the organisation', async () => {
    const stage = await releasedPlainCard();
    const [row] = (await listPolicies(stage.store)).filter(({ model }) => model === 'piv');
    const stored = stage.store.contents().policies.find(({ model }) => model === 'piv');
    if (!row || !stored) throw new Error('there is a policy for plain cards');
    const factory = { ...(await openFactorySecrets(stored, stage.store.keys)), confidential: true };
    await changePolicy(stage.store, ADMINISTRATOR, { model: 'piv', policy: row.policy, factory });
    await expectNothing(stage, stage.card, async () =>
      expect(await relayAs(stage, MALLORY, await mallorys(stage, stage.card))).toMatchObject(
        failedWith('DEVICE_NOT_ELIGIBLE'),
      ),
    );
  });
});

describe('a card that was not released', () => {
  const LIVES: readonly [string, (stage: ToyStage, id: string) => Promise<unknown>][] = [
    ['active', () => Promise.resolve()],
    ['suspended', (stage, id) => actOn(stage, OLGA, 'suspend', id)],
    ['terminated and not released', (stage, id) => actOn(stage, OLGA, 'terminate', id, 'lost')],
  ];

  it.each(LIVES)('is never overwritten while it is %s', async (_name, live) => {
    const stage = await issuedPlainCard();
    await live(stage, stage.device?.id ?? '');
    const host = await mallorys(stage, stage.card);
    await expectNothing(stage, stage.card, () =>
      expect(relayAs(stage, MALLORY, host)).rejects.toMatchObject(notEligible),
    );
  });

  it('is never overwritten if it is unapproved or declined, or if the policy forbids erasing', async () => {
    const supervised = { model: 'piv', policy: { unprovenKeys: 'supervised' } } as const;
    const awaiting = await ToyStage.blank(supervised);
    await awaiting.relay(await awaiting.newHost(), 'issue');
    const declined = await ToyStage.blank(supervised);
    await declined.relay(await declined.newHost(), 'issue');
    await actOn(declined, OLGA, 'decline', declined.device?.id ?? '', 'unknown card');
    const kept = await releasedPlainCard({ policy: { reset: 'refuse' } });
    for (const stage of [awaiting, declined, kept])
      for (const person of [ADA, MALLORY])
        await expectNothing(stage, stage.card, async () => {
          const host = await mallorys(stage, stage.card);
          await expect(relayAs(stage, person, host)).rejects.toMatchObject(notEligible);
        });
  });
});

describe('two people with one released card', () => {
  const begunBy = async (stage: ToyStage, person: Person): Promise<OperationAnswer> =>
    relayAs(stage, person, await hostOf(stage, stage.card, PIN), { until: ({ phase }) => phase.name === 'erase' });

  it('cannot both continue: the operation of the first ends when the second begins', async () => {
    for (const [second, kind] of [
      [MALLORY, 'issue'],
      [ADA, 'erase'],
    ] as const) {
      const stage = await releasedPlainCard();
      const inFirst = await begunBy(stage, BOB);
      const host = await hostOf(stage, stage.card, PIN);
      const answer = await relayAs(stage, second, host, { kind });
      expect(answer.state).toBe('done');
      await expect(
        stage.cms.continue({ person: BOB, language: 'en' }, inFirst.operation, inFirst.step?.number ?? 0, []),
      ).rejects.toMatchObject({ code: expect.stringMatching(/^OPERATION_(MOVED|NOT_FOUND)$/) });
      expect(stage.running).toEqual([]);
    }
  });

  it('learn nothing of each other’s operation, and end none on another card', async () => {
    const stage = await releasedPlainCard();
    const bobs = newPlainCard();
    const host = await hostOf(stage, bobs, PIN);
    host.pull = { method: 'key.generate', when: 'before' };
    await relayAs(stage, BOB, host);
    expect(stage.running).toEqual(['issue']);
    await begunBy(stage, MALLORY);
    expect(stage.running).toEqual(['issue', 'issue']);
  });
});
