import { describe, expect, it } from '@jest/globals';
import { CardwrightError, errorCatalogue, isErrorCode } from '@cardwright/protocol';
import { FAILURES, readOrder, sampleError } from '@cardwright/simulator';

const CODES = Object.keys(errorCatalogue).filter(isErrorCode);

describe('an order to the simulator', () => {
  it.each(CODES)('has %s answered, with details that the catalogue accepts', (code) => {
    expect(readOrder(`error ${code.toLowerCase()}`)).toMatchObject({ order: 'error', code });
    expect(CardwrightError.fromWire(sampleError(code))).toMatchObject({ code });
  });

  it.each(FAILURES.map(({ name }) => name))('stages %s by its name', (name) => {
    expect(readOrder(`  fail ${name} `)).toMatchObject({ order: 'fail', failure: { name } });
  });

  it.each([
    ['insert paper', /a card: yubikey/],
    ['pull-at-step 9', /from 1 to 5/],
    ['fail everything', /a failure of the list/],
    ['error NO_SUCH', /a code of the catalogue/],
    ['error CARD_MUTE toString', /a command of the protocol/],
    ['dance', /there is no "dance"/],
  ])('is refused in words: %s', (order, words) => {
    expect(() => readOrder(order)).toThrow(words);
  });

  it('does not stage details that the catalogue refuses', () => {
    expect(() => sampleError('VERSION_MISMATCH', { update: 'everything' })).toThrow(/does not take these details/);
  });
});
