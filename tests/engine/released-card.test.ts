import { CardwrightError } from '@cardwright/protocol';
import { describe, expect, it } from '@jest/globals';
import { personOf } from '../support/engine/people.js';
import type { Pull } from '../support/host-and-card/pull.js';
import { everyOrOneIn } from '../support/thorough.js';
import { hostOf, issuedPlainCard, keptPuks, release, relayAs, releasedPlainCard } from './support/released-card.js';
import { ADA, type ToyStage } from './support/toy-stage.js';

/** A plain card that an operator has terminated and released is overwritten and issued to whoever adds it. */

const BOB = personOf('bob');
const PIN = '481596';
const FACTORY_PUK = '12345678';

const ofBob = (stage: ToyStage) => hostOf(stage, stage.card, PIN);

const stagesOf = ({ store }: ToyStage) => store.contents().devices.map(({ ownerId, state }) => [ownerId, state]);

/** Expects the card to be Bob's, with nothing of Ada's on it or in the CMS. */
function expectBobs(stage: ToyStage, keysBefore: readonly string[], secrets: 'dropped' | 'kept' = 'dropped'): void {
  expect(stagesOf(stage)).toEqual([
    ['ada', 'available'],
    ['bob', 'active'],
  ]);
  const { devices, certificates } = stage.store.contents();
  const bobs = devices[1]?.id;
  expect(stage.card.pin).toBe(PIN);
  if (secrets === 'dropped') expect(keptPuks(stage).map(({ deviceId }) => deviceId)).toEqual([bobs]);
  for (const { privateKey } of stage.card.keys.values()) expect(keysBefore).not.toContain(privateKey.toString('hex'));
  const good = certificates.filter(({ revocationReason }) => revocationReason === null);
  expect(good.map(({ deviceId }) => deviceId)).toEqual([bobs, bobs]);
  expect([...stage.card.certificates.values()].sort()).toEqual(good.map(({ der }) => der).sort());
  expect(stage.card.fewestPukTries).toBeGreaterThanOrEqual(2);
  expect(stage.running).toEqual([]);
}

const keysOn = ({ card }: ToyStage): string[] =>
  [...card.keys.values()].map(({ privateKey }) => privateKey.toString('hex'));

describe('a released plain card', () => {
  it('is offered to whoever adds it, and shows what erasing removes', async () => {
    const stage = await releasedPlainCard();
    const info = await stage.card.describe('a device');
    expect(await stage.cms.judge({ person: BOB, language: 'en' }, 'issue', [info])).toMatchObject([
      { action: 'erase', reason: expect.stringContaining('It was used before') },
    ]);
  });

  it('is overwritten with the consent of its new user, and issued in the same operation', async () => {
    const stage = await releasedPlainCard();
    const keysBefore = keysOn(stage);
    expect(keysBefore).not.toEqual([]);
    const host = await ofBob(stage);
    let asked = 0;
    host.confirm = () => void (asked += 1);
    expect(await relayAs(stage, BOB, host)).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(asked).toBe(1);
    expectBobs(stage, keysBefore);
    const events = stage.store.contents().audit.map(({ event }) => event);
    expect(events.indexOf('device.erase-ordered')).toBeLessThan(events.indexOf('device.erased'));
  });

  it('can be issued to its former owner too', async () => {
    const stage = await releasedPlainCard();
    expect(await relayAs(stage, ADA, await hostOf(stage, stage.card, PIN))).toMatchObject({ deviceState: 'active' });
    expect(stagesOf(stage)).toEqual([
      ['ada', 'available'],
      ['ada', 'active'],
    ]);
  });

  it('can be issued after an unlock that left two possible PUKs', async () => {
    for (const when of ['before', 'unanswered'] as const) {
      const stage = await issuedPlainCard();
      const unlocking = await stage.newHost();
      unlocking.pull = { method: 'credentials.apply', when };
      await stage.relay(unlocking, 'unlock');
      await release(stage);
      const keysBefore = keysOn(stage);
      expect(await relayAs(stage, BOB, await ofBob(stage))).toMatchObject({ deviceState: 'active' });
      expectBobs(stage, keysBefore);
    }
  });

  it('stays unchanged without the consent of its new user', async () => {
    const stage = await releasedPlainCard();
    const { devices, certificates, escrows } = stage.store.contents();
    const keysBefore = keysOn(stage);
    const host = await ofBob(stage);
    host.confirm = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    expect(await relayAs(stage, BOB, host)).toMatchObject({ state: 'cancelled' });
    expect(stage.store.contents()).toMatchObject({ devices, certificates, escrows });
    expect(keysOn(stage)).toEqual(keysBefore);
    expect(stage.running).toEqual([]);
  });

  it('is not offered if it reports a used-up PUK, which could not be replaced', async () => {
    const stage = await releasedPlainCard();
    const info = await stage.card.describe('a device');
    const puk = { blocked: false, retriesLeft: 1, isDefault: false };
    const [verdict] = await stage.cms.judge({ person: BOB, language: 'en' }, 'issue', [{ ...info, puk }]);
    expect(verdict).toMatchObject({ action: null, reason: expect.stringContaining('erased') });
  });

  it('keeps a blocked PUK, and the CMS keeps its secrets', async () => {
    const stage = await releasedPlainCard();
    stage.card.pukTries = 0;
    expect(await relayAs(stage, BOB, await ofBob(stage))).toMatchObject({ error: { data: { name: 'PUK_BLOCKED' } } });
    expect(stagesOf(stage)).toEqual([['ada', 'available']]);
    expect(keptPuks(stage)).toHaveLength(1);
  });
});

describe('an interrupted takeover', () => {
  const pulls = (['before', 'unanswered', 'after'] as const).flatMap((when): Pull[] => [
    { method: 'csr.create', when },
    { method: 'key.generate', when },
    { method: 'certificate.delete', when },
    { method: 'certificate.delete', when, nth: 2 },
    { method: 'key.generate', when, nth: 2 },
    { method: 'credentials.apply', when },
    { method: 'credentials.apply', when, nth: 2 },
    { method: 'object.read', when },
    { method: 'object.write', when, nth: 2 },
  ]);

  it.each(everyOrOneIn(10, pulls))('keeps every secret at %j, and can be begun again', async (pull) => {
    const stage = await releasedPlainCard();
    const keysBefore = keysOn(stage);
    const host = await ofBob(stage);
    host.pull = pull;
    const broken = await relayAs(stage, BOB, host);
    expect(broken.state).toBe('running');
    expect(keptPuks(stage).length > 0 || stage.card.puk === FACTORY_PUK).toBe(true);
    // A card with nothing to show may be another one: secrets that this one might need are kept.
    const secrets = stage.card.certificates.size === 0 ? 'kept' : 'dropped';
    expect(await relayAs(stage, BOB, await ofBob(stage))).toMatchObject({ state: 'done', deviceState: 'active' });
    expectBobs(stage, keysBefore, secrets);
  });

  it('can be begun again by someone else, or given back by the former owner', async () => {
    for (const [person, kind, ends] of [
      [personOf('carol'), 'issue', 'active'],
      [ADA, 'erase', 'available'],
    ] as const) {
      const stage = await releasedPlainCard();
      const first = await ofBob(stage);
      first.pull = { method: 'credentials.apply', when: 'unanswered' };
      await relayAs(stage, BOB, first);
      const second = await hostOf(stage, stage.card, PIN);
      expect(await relayAs(stage, person, second, { kind })).toMatchObject({ state: 'done', deviceState: ends });
      expect(stage.running).toEqual([]);
    }
  });
});
