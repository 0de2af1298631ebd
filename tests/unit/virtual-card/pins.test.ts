import { describe, expect, it } from '@jest/globals';
import { blankChip, pin, VERIFY_FACTORY_PIN } from './blank-chip.js';

const VERIFY = '0020008008';
const STATUS = '00200080';
const LOG_OUT = '0020FF80';
const CHANGE_PIN = '0024008010';
const CHANGE_PUK = '0024008110';
const UNBLOCK = '002C008010';

describe.each(['yubikey', 'piv'] as const)('PIN and PUK of a %s card', (profile) => {
  it('reports the remaining tries, and the login', async () => {
    const chip = await blankChip(profile);
    expect(await chip.status(STATUS)).toBe('63C3');
    expect(await chip.status(VERIFY + pin('111111'))).toBe('63C2');
    expect(await chip.status(STATUS)).toBe('63C2');
    expect(await chip.status(VERIFY_FACTORY_PIN)).toBe('9000');
    expect(await chip.status(STATUS)).toBe('9000');
    expect(await chip.status(LOG_OUT)).toBe('9000');
    expect(await chip.status(STATUS)).toBe('63C3');
  });

  it('ends the login at a wrong PIN and at a reset', async () => {
    const chip = await blankChip(profile);
    await chip.expectOk(VERIFY_FACTORY_PIN);
    await chip.status(VERIFY + pin('111111'));
    expect(await chip.status(STATUS)).toBe('63C2');
    await chip.expectOk(VERIFY_FACTORY_PIN);
    chip.chip.reset();
    await chip.expectOk('00A4040005A000000308');
    expect(await chip.status(STATUS)).toBe('63C3');
  });

  it('changes the PIN by the PIN and the PUK by the PUK', async () => {
    const chip = await blankChip(profile);
    expect(await chip.status(CHANGE_PIN + pin('123456') + pin('87654321'))).toBe('9000');
    expect(await chip.status(VERIFY_FACTORY_PIN)).toBe('63C2');
    expect(await chip.status(VERIFY + pin('87654321'))).toBe('9000');
    expect(await chip.status(CHANGE_PUK + pin('12345678') + pin('11223344'))).toBe('9000');
    expect(await chip.status(UNBLOCK + pin('12345678') + pin('222222'))).toBe('63C2');
    expect(await chip.status(UNBLOCK + pin('11223344') + pin('222222'))).toBe('9000');
    expect(await chip.status(VERIFY + pin('222222'))).toBe('9000');
  });

  it('unblocks a blocked PIN by the PUK, and logs nobody in by that', async () => {
    const chip = await blankChip(profile);
    for (let tries = 0; tries < 3; tries++) await chip.status(VERIFY + pin('111111'));
    expect(await chip.status(VERIFY_FACTORY_PIN)).toBe('6983');
    expect(await chip.status(STATUS)).toBe('6983');
    expect(await chip.status(UNBLOCK + pin('12345678') + pin('222222'))).toBe('9000');
    expect(await chip.status(STATUS)).toBe('63C3');
  });

  it('refuses a new PIN that is too short, and keeps the old one', async () => {
    const chip = await blankChip(profile);
    expect(await chip.status(CHANGE_PIN + pin('123456') + pin('12345'))).toBe('6A80');
    expect(await chip.status(VERIFY_FACTORY_PIN)).toBe('9000');
  });

  it('refuses a PIN without padding without counting, and PINs that it does not have', async () => {
    const chip = await blankChip(profile);
    expect(await chip.status('0020008006313131313131')).toBe('6A80');
    expect(await chip.status(STATUS)).toBe('63C3');
    expect(await chip.status('00200000')).toBe('6A88');
    expect(await chip.status(`0020009808${pin('12345678')}`)).toBe('6A88');
  });
});

describe('where the cards differ about PINs', () => {
  it('the last wrong PIN is 63C0 on one and 6983 on the other; from then on both say 6983', async () => {
    for (const [profile, last] of [
      ['yubikey', '63C0'],
      ['piv', '6983'],
    ] as const) {
      const chip = await blankChip(profile);
      const answers = [];
      for (let tries = 0; tries < 4; tries++) answers.push(await chip.status(VERIFY + pin('111111')));
      expect(answers).toEqual(['63C2', '63C1', last, '6983']);
    }
  });

  it('a PIN outside the format costs a try on one and none on the other', async () => {
    expect(await (await blankChip('yubikey')).status(VERIFY + pin('1234'))).toBe('63C2');
    const strict = await blankChip('piv');
    expect(await strict.status(VERIFY + pin('1234'))).toBe('6A80');
    expect(await strict.status(`${VERIFY}3132FF3334353637`)).toBe('6A80');
    expect(await strict.status(STATUS)).toBe('63C3');
  });
});
