import { unlock } from '@cardwright/cms';
import { CardwrightError } from '@cardwright/protocol';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { ToyStage, type Change } from '../support/toy-stage.js';

/** The user of a device runs a host that says what the card has not said: that it kept the PUK before the one that it was to get. */

type Method = 'pin.unblock' | 'credentials.apply';

const claims =
  (method: Method, statusWord: string): Change =>
  (outcomes) => {
    const index = outcomes.findIndex((outcome) => outcome.method === method);
    if (index < 0) return outcomes;
    const error = new CardwrightError('CARD_ERROR', { statusWord, instruction: 'changePuk' }).toWire();
    return [...outcomes.slice(0, index), { method, error }];
  };

let stage: ToyStage;
beforeEach(async () => {
  stage = await ToyStage.issued({ operations: [unlock], model: 'piv' });
});

const unlocked = async (change?: Change) => stage.relay(await stage.newHost(), 'unlock', 'en', change);
const kept = () => stage.store.contents().escrows.filter(({ pukDroppedAt }) => pukDroppedAt === null).length;
const replaced = () => stage.store.contents().audit.filter(({ event }) => event === 'puk.replaced').length;

describe('a host that claims that the card kept its former PUK', () => {
  it.each(['63C2', '63CF', '6300'])('with %s, has both kept, and costs the card one try', async (statusWord) => {
    expect(await unlocked(claims('credentials.apply', statusWord))).toMatchObject({ state: 'running' });
    expect([kept(), replaced()]).toEqual([2, 0]);
    expect(await unlocked()).toMatchObject({ state: 'done', deviceState: 'active' });
    expect([replaced(), stage.card.fewestPukTries, stage.card.pukTries]).toEqual([1, 2, 3]);
  });

  it('with 63C1, has no PUK sent any more: the next could be the last try', async () => {
    await unlocked(claims('credentials.apply', '63C1'));
    expect(await unlocked()).toMatchObject({ error: { data: { name: 'LAST_TRY' } } });
    expect([kept(), replaced(), stage.card.pukTries]).toEqual([2, 0, 3]);
  });

  it.each(['63C2', '63C1', '6300'])('with %s where the card was to keep it, is not believed', async (statusWord) => {
    expect(await unlocked(claims('pin.unblock', statusWord))).toMatchObject({ state: 'running' });
    expect(stage.store.contents().escrows.flatMap(({ pukTries }) => pukTries.filter(({ refused }) => refused))).toEqual(
      [],
    );
    expect(await unlocked()).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(stage.card.fewestPukTries).toBe(3);
  });
});
