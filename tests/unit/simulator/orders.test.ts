import { describe, expect, it } from '@jest/globals';
import { CardwrightError, errorCatalogue, isErrorCode } from '@cardwright/protocol';
import { FAILURES, obey, ORDERS, readOrder, sampleError, USAGE_OF_ORDERS } from '@cardwright/simulator';
import { playSimulator } from '../../support/played-simulator.js';

const CODES = Object.keys(errorCatalogue).filter(isErrorCode);

describe('an order to the simulator', () => {
  it.each(CODES)('has %s answered, with details that the catalogue accepts', (code) => {
    expect(CardwrightError.fromWire(sampleError(code))).toMatchObject({ code });
  });

  it('is read with its parameters in their order', () => {
    expect(readOrder('  fail no-pcscd ')).toMatchObject({ order: { name: 'fail' }, parameters: { name: 'no-pcscd' } });
    expect(readOrder('pull-at-step 3').parameters).toEqual({ step: 3 });
    expect(readOrder('insert yubikey ada').parameters).toEqual({ card: 'yubikey', name: 'ada' });
    expect(readOrder('pull').parameters).toEqual({});
  });

  it('takes a parameter by its name, and a text with spaces at the end', () => {
    expect(readOrder('enter newPin=739154 pin=123456').parameters).toEqual({ newPin: '739154', pin: '123456' });
    expect(readOrder('click [data-opens=add-device] Add Device').parameters).toEqual({
      selector: '[data-opens=add-device]',
      text: 'Add Device',
    });
  });

  it.each([
    ['insert paper', /a card: yubikey/],
    ['insert yubikey Ada!', /a name of small letters/],
    ['insert yubikey piv', /a card of this name already/],
    ['pull now', /a parameter that this order does not have/],
    ['pull-at-step 9', /from 1 to 5/],
    ['pull-at-step', /from 1 to 5/],
    ['fail everything', /a failure of the list/],
    ['error NO_SUCH', /a code of the catalogue/],
    ['error CARD_MUTE toString', /a command of the protocol/],
    ['open file:///etc/passwd', /an http or https address/],
    ['press consent erase', /allow or cancel/],
    ['screenshot /etc/passwd', /a \.png file/],
    ['card', /no card in the reader/],
    ['card ada', /never a card of this name/],
    ['dance', /no such order/],
  ])('is refused in words: %s', async (order, words) => {
    await expect(obey(playSimulator(), order)).rejects.toThrow(words);
  });

  it('does not stage details that the catalogue refuses', () => {
    expect(() => sampleError('VERSION_MISMATCH', { update: 'everything' })).toThrow(/does not take these details/);
  });

  it('stages every failure by its name', async () => {
    const { failures } = await obey(playSimulator(), 'list');
    expect(failures).toEqual(FAILURES.map(({ name, title, code, then }) => ({ name, title, code, then })));
  });

  it('is in the usage', () => {
    for (const { name, does } of ORDERS)
      expect(USAGE_OF_ORDERS).toMatch(new RegExp(`^  ${name}\\b.*${does.slice(0, 10)}`, 'm'));
  });
});
