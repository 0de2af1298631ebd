import { erase, unlock } from '@cardwright/cms';
import { describe, expect, it } from '@jest/globals';
import { personOf } from '../support/engine/people.js';
import type { ApplyStop, Pull } from '../support/host-and-card/pull.js';
import { TestCard } from '../support/host-and-card/test-card.js';
import { copyName, hostOf, issuedPlainCard, release, relayAs } from './support/released-card.js';
import { ToyStage } from './support/toy-stage.js';
import { everyOrOneIn } from '../support/thorough.js';

/** A plain card whose issuance broke off before its certificates were complete, and that an operator has terminated and released. */

const BOB = personOf('bob');
const MALLORY = personOf('mallory');
const PIN = '481596';
const CERTIFICATE_9E = 0x5fc101;
const FACTORY_PUK = '12345678';

type BreakOff = { readonly pull: Pull } | { readonly stopAfter: ApplyStop };

async function brokenOff(how: BreakOff): Promise<ToyStage> {
  const stage = await ToyStage.blank({ model: 'piv', operations: [erase, unlock] });
  const host = await stage.newHost();
  Object.assign(host, how);
  expect((await stage.relay(host, 'issue')).state).toBe('running');
  await release(stage);
  return stage;
}

const judged = async ({ cms }: ToyStage, card: TestCard) => {
  const info = await card.describe('a device');
  return (await cms.judge({ person: BOB, language: 'en' }, 'issue', [info]))[0];
};

const AT_THE_PUK: BreakOff = { stopAfter: 'puk' };
const AT_ITS_CERTIFICATES: BreakOff = { pull: { method: 'certificate.write', when: 'before' } };
const ALL: readonly [string, BreakOff][] = [
  ['before its credentials', { pull: { method: 'credentials.apply', when: 'before' } }],
  ['when it had its PUK', AT_THE_PUK],
  ['while the answer to its credentials was under way', { pull: { method: 'credentials.apply', when: 'unanswered' } }],
  ['before its first key', { pull: { method: 'key.generate', when: 'before' } }],
  ['before its last key', { pull: { method: 'key.generate', when: 'before', nth: 2 } }],
  ['before its first certificate', AT_ITS_CERTIFICATES],
  ['before its last certificate', { pull: { method: 'certificate.write', when: 'before', nth: 2 } }],
];

describe('a plain card whose issuance broke off, and that was released', () => {
  it.each(everyOrOneIn(4, ALL))('is offered to whoever adds it, and issued: broken off %s', async (_what, how) => {
    const stage = await brokenOff(how);
    expect(await judged(stage, stage.card)).toMatchObject({ action: 'erase' });
    const answer = await relayAs(stage, BOB, await hostOf(stage, stage.card, PIN));
    expect([answer.state, answer.deviceState, answer.error]).toEqual(['done', 'active', null]);
    expect(stage.card.pin).toBe(PIN);
    expect(stage.card.fewestPukTries).toBeGreaterThanOrEqual(2);
  });

  it.each(
    everyOrOneIn<[string, BreakOff, number]>(2, [
      ['when it had its PUK', AT_THE_PUK, 2],
      ['before its first certificate', AT_ITS_CERTIFICATES, 1],
    ]),
  )('is issued after a pull at its factory PUK too: broken off %s', async (_what, how, nth) => {
    const stage = await brokenOff(how);
    const host = await hostOf(stage, stage.card, PIN);
    host.pull = { method: 'credentials.apply', when: 'unanswered', nth };
    expect(await relayAs(stage, BOB, host)).toMatchObject({ state: 'running' });
    expect(stage.card.puk).toBe(FACTORY_PUK);
    expect(await relayAs(stage, BOB, await hostOf(stage, stage.card, PIN))).toMatchObject({ deviceState: 'active' });
    expect(stage.card.fewestPukTries).toBeGreaterThanOrEqual(2);
  });
});

describe('a released plain card that was issued, and whose certificate in 9E is gone', () => {
  it('is refused in the list, not at the start', async () => {
    const stage = await issuedPlainCard();
    await release(stage);
    stage.card.state.objects.delete(CERTIFICATE_9E);
    expect(await judged(stage, stage.card)).toMatchObject({
      action: null,
      reason: expect.stringContaining('used before'),
    });
  });
});

describe('a card that copies the name of a card whose issuance broke off', () => {
  const copied = (stage: ToyStage, puk: string): TestCard => {
    const other = new TestCard('piv', null, null);
    copyName(stage.card, other);
    other.puk = puk;
    return other;
  };

  it.each([
    ['the PUK of the factory', FACTORY_PUK, AT_THE_PUK, null],
    ['the PUK of the factory', FACTORY_PUK, AT_ITS_CERTIFICATES, 'PUK_INCORRECT'],
    ['another PUK', '87654321', AT_THE_PUK, 'LAST_TRY'],
    ['another PUK', '87654321', AT_ITS_CERTIFICATES, 'PUK_INCORRECT'],
  ])('with %s makes the CMS forget nothing: that card is issued as before', async (_what, puk, how, error) => {
    const stage = await brokenOff(how);
    const kept = () => stage.store.contents().escrows.filter(({ pukDroppedAt }) => pukDroppedAt === null);
    const [before] = kept();
    for (const other of [copied(stage, puk), copied(stage, puk)]) {
      const answer = await relayAs(stage, MALLORY, await hostOf(stage, other, PIN));
      expect(answer.error?.data.name ?? null).toBe(error);
      expect(kept().map(({ id }) => id)).toContain(before?.id);
    }
    expect(await relayAs(stage, BOB, await hostOf(stage, stage.card, PIN))).toMatchObject({ deviceState: 'active' });
    expect(stage.card.fewestPukTries).toBeGreaterThanOrEqual(2);
  });
});
