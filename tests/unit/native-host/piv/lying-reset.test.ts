import { describe, expect, it } from '@jest/globals';
import { resetToFactory } from '../../../../native-host/src/applets/piv/factory-reset.js';
import { select, withVersion } from './scripted-card.js';

const RESET = 'fb';

/** A card that accepts whatever it gets as this many values for each secret, and refuses RESET until both are blocked. */
async function liar(lies: number) {
  const left = { '20': lies, '2c': lies };
  const answer = (ins: '20' | '2c') => () => ((left[ins] -= 1) >= 0 ? '9000' : '6983');
  const card = withVersion('050403', [
    ['0020', answer('20')],
    ['002c', answer('2c')],
    ['00fb', '9000'],
  ]);
  return { card, piv: await select(card) };
}

describe('an erasure of a card that reports random values as right', () => {
  it('ends with CARD_ERROR after three of them, and not as if the card were locked again', async () => {
    const { card, piv } = await liar(Infinity);
    await expect(resetToFactory(piv)).rejects.toMatchObject({
      code: 'CARD_ERROR',
      data: { statusWord: '9000', instruction: 'verifyPin' },
    });
    expect([card.sent('20').length, card.sent('2c').length, card.sent(RESET).length]).toEqual([3, 0, 0]);
  });

  it('names RESET RETRY COUNTER if the card lies about that alone', async () => {
    const card = withVersion('050403', [
      ['0020', '6983'],
      ['002c', '9000'],
    ]);
    await expect(resetToFactory(await select(card))).rejects.toMatchObject({
      code: 'CARD_ERROR',
      data: { statusWord: '9000', instruction: 'unblockPin' },
    });
    expect(card.sent('2c')).toHaveLength(3);
  });

  it('continues after two lies', async () => {
    const { card, piv } = await liar(2);
    await resetToFactory(piv);
    expect(card.sent(RESET)).toHaveLength(1);
  });
});

describe('an erasure of a card that judges the form of a PIN first, and does not tell the tries of its PUK', () => {
  /** A card that takes a PIN of these characters for one, blocks it after three of them, and can then be reset. */
  function strict(takes: RegExp, resetsWithPuk: boolean) {
    let tries = 3;
    let pukTries = 5;
    return withVersion('060606', [
      [
        '0020',
        (apdu) => {
          if (tries === 0) return '6983';
          if (!takes.test(Buffer.from(apdu.slice(10, 26), 'hex').toString('latin1'))) return '6a80';
          tries -= 1;
          return tries === 0 ? '6983' : `63c${tries}`;
        },
      ],
      ['002c', () => (resetsWithPuk || (pukTries -= 1) > 0 ? '6300' : '6983')],
      ['00fb', () => (tries === 0 && (resetsWithPuk || pukTries <= 0) ? '9000' : '6985')],
    ]);
  }

  it.each([
    ['printable characters', /^[ -~]{8}$/, 4],
    ['digits', /^[0-9]{8}$/, 5],
  ])('sends it %s, and resets it after one PUK', async (_what, takes, verifies) => {
    const card = strict(takes, true);
    await resetToFactory(await select(card));
    expect([card.sent('20').length, card.sent('2c').length, card.sent(RESET).length]).toEqual([verifies, 1, 1]);
  });

  it('blocks the PUK as well if the card refuses its reset before', async () => {
    const card = strict(/^[ -~]{8}$/, false);
    await resetToFactory(await select(card));
    expect([card.sent('2c').length, card.sent(RESET).length]).toEqual([5, 2]);
  });

  it('sends no further PUK after an answer that does not say whether it was reset', async () => {
    const card = withVersion('060606', [
      ['0020', '6983'],
      ['002c', '6300'],
      ['00fb', '6fff'],
    ]);
    await expect(resetToFactory(await select(card))).rejects.toMatchObject({ code: 'CARD_ERROR' });
    expect([card.sent('2c').length, card.sent(RESET).length]).toEqual([1, 1]);
  });
});
