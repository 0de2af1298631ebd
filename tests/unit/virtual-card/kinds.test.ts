import { describe, expect, it } from '@jest/globals';
import { blankChip, pin, SELECT_PIV, tag, TestChip, VERIFY_FACTORY_PIN, withData } from './blank-chip.js';

const getData = (name: string) => withData('00CB3FFF', tag('5C', name));
const CHANGE_PIN = '0024008010';
const RESET_RETRY_COUNTER = '002C008010';

describe('a card without a PIV application', () => {
  it('answers, and knows no PIV', async () => {
    const chip = await TestChip.make('no-piv');
    expect(await chip.status(SELECT_PIV)).toBe('6A82');
    expect(await chip.status('00200080')).toBe('6D00');
  });
});

describe('a card of another kind', () => {
  it('selects its own application, and no other', async () => {
    const chip = await TestChip.make('gids');
    expect(await chip.status('00A404000BA000000397425446590201')).toBe('9000');
    expect(await chip.status('00200080')).toBe('6D00');
    expect(await chip.status(SELECT_PIV)).toBe('6A82');
  });
});

describe('a dual-interface card that is read without contact', () => {
  it('has the answer to reset that readers make up for it', async () => {
    const { card } = await blankChip('piv', { contactless: true });
    expect(card.atr.toString('hex').toUpperCase()).toBe('3B8780018031C073C821C02D');
    expect(card.atr.reduce((sum, byte, index) => (index === 0 ? 0 : sum ^ byte), 0)).toBe(0);
  });

  it('shows what anybody may read, and its CHUID', async () => {
    const chip = await blankChip('piv', { contactless: true });
    expect(await chip.status(getData('7E'))).toBe('9000');
    expect(await chip.status(getData('5FC102'))).toBe('6A82');
  });

  it.each([
    ['the PIN', VERIFY_FACTORY_PIN, '6982'],
    ['the question for its counter', '00200080', '6982'],
    ['a new PIN', `${CHANGE_PIN}${pin('123456')}${pin('654321')}`, '6982'],
    ['the PUK', `${RESET_RETRY_COUNTER}${pin('12345678')}${pin('654321')}`, '6A81'],
    ['the management key', '008703 9B 04 7C028000'.replaceAll(' ', ''), '6982'],
    ['a new key', '00479A0005AC03800111', '6A81'],
    ['an object', withData('00DB3FFF', tag('5C', '5FC102') + tag('53', '00')), '6A81'],
    ['the question for its CCC', getData('5FC107'), '6982'],
  ])('refuses %s', async (_, apdu, statusWord) => {
    const chip = await blankChip('piv', { contactless: true });
    expect(await chip.status(apdu)).toBe(statusWord);
    expect(chip.card.state.pin.triesLeft).toBe(3);
    expect(chip.card.state.puk.triesLeft).toBe(3);
  });

  it('differs from a YubiKey without FIDO2, which works the same without contact', async () => {
    await expect(blankChip('yubikey-4.3.7', { contactless: true })).rejects.toThrow('the same without contact');
  });
});

describe('a YubiKey with PIN complexity', () => {
  it.each(['112233', '123123', '77777777', 'password'])(
    'refuses the new PIN %s, and spends no try',
    async (trivial) => {
      const chip = await blankChip('yubikey', { pinComplexity: true });
      expect(await chip.status(`${CHANGE_PIN}${pin('123456')}${pin(trivial)}`)).toBe('6985');
      expect(await chip.status(`${RESET_RETRY_COUNTER}${pin('12345678')}${pin(trivial)}`)).toBe('6985');
      expect(await chip.status(VERIFY_FACTORY_PIN)).toBe('9000');
      expect(chip.card.state.puk.triesLeft).toBe(3);
    },
  );

  it('takes another one, and counts a wrong old one first', async () => {
    const chip = await blankChip('yubikey', { pinComplexity: true });
    expect(await chip.status(`${CHANGE_PIN}${pin('111111')}${pin('112233')}`)).toBe('63C2');
    expect(await chip.status(`${CHANGE_PIN}${pin('123456')}${pin('739154')}`)).toBe('9000');
  });

  it('is refused only where it was set, and cannot be set on a plain card', async () => {
    const chip = await blankChip('yubikey');
    expect(await chip.status(`${CHANGE_PIN}${pin('123456')}${pin('112233')}`)).toBe('9000');
    await expect(blankChip('piv', { pinComplexity: true })).rejects.toThrow('no PIN complexity');
  });
});

describe('a card that is locked', () => {
  it.each(['piv', 'yubikey'] as const)('has no try left of either (%s)', async (profile) => {
    const chip = await TestChip.make(profile, { locked: true });
    await chip.expectOk(SELECT_PIV);
    expect(await chip.status('00200080')).toBe('6983');
    expect(await chip.status(VERIFY_FACTORY_PIN)).toBe('6983');
    expect(await chip.status(`${RESET_RETRY_COUNTER}${pin('12345678')}${pin('654321')}`)).toBe('6983');
  });
});
