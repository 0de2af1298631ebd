import { unlock } from '@cardwright/cms';
import { CardwrightError } from '@cardwright/protocol';
import { expect, it } from '@jest/globals';
import { ToyStage, type Change } from './support/toy-stage.js';

/** Has the host report that the card refuses the PIN with which the new PUK should be proved. */
const unproved: Change = (outcomes) =>
  outcomes.map((outcome) =>
    outcome.method === 'credentials.apply'
      ? { method: outcome.method, error: new CardwrightError('PIN_REFUSED_BY_DEVICE').toWire() }
      : outcome,
  );

it.each(['yubikey', 'piv'] as const)(
  'keeps both PUKs of a %s, and logs none as replaced, until one is proved',
  async (model) => {
    const stage = await ToyStage.issued({ operations: [unlock], model });
    const kept = () => stage.store.contents().escrows.filter(({ pukDroppedAt }) => pukDroppedAt === null).length;
    const replaced = () => stage.store.contents().audit.filter(({ event }) => event === 'puk.replaced').length;
    const again = async (change?: Change) => {
      const host = await stage.newHost();
      return stage.relay(host, 'unlock', 'en', change);
    };
    expect(await again(unproved)).toMatchObject({ state: 'done', error: null, deviceState: 'active' });
    expect([kept(), replaced()]).toEqual([2, 0]);
    expect(await again()).toMatchObject({ state: 'done' });
    expect([replaced(), stage.card.fewestPukTries >= 2]).toEqual([1, true]);
  },
);
