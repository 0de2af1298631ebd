import { describe, expect, it } from '@jest/globals';
import type { PinRules } from '@cardwright/protocol/devices';
import { allMet, checkNewFidoPin, checkNewPin } from '../../../extension/src/pages/secret/pin-check.js';

const DIGITS: PinRules = { minLength: 6, maxLength: 8, digitsOnly: true, forbidTrivial: true };
const TEXT: PinRules = { ...DIGITS, digitsOnly: false, forbidTrivial: false };

describe('the check of a new PIN', () => {
  it.each(['739164', '12345679', '112233'])('accepts %s', (pin) => {
    expect(allMet(checkNewPin(pin, pin, DIGITS))).toBe(true);
  });

  it.each([
    ['73916', { length: 'open' }],
    ['739164550', { length: 'broken' }],
    ['73916a', { digits: 'broken' }],
    ['٧٣٩١٦٤', { digits: 'broken' }],
    ['111111', { trivial: 'broken' }],
    ['123456', { trivial: 'broken' }],
    ['98765432', { trivial: 'broken' }],
  ])('does not accept %s: %j', (pin, states) => {
    const found = checkNewPin(pin, pin, DIGITS);
    expect(found).toMatchObject(states);
    expect(allMet(found)).toBe(false);
  });

  it('accepts signs and letters of one byte if the rules do, and no others', () => {
    expect(allMet(checkNewPin('aB3 #x', 'aB3 #x', TEXT))).toBe(true);
    expect(checkNewPin('pässwd', '', TEXT).characters).toBe('broken');
  });

  it('leaves the second entry open while it can still become right', () => {
    expect(checkNewPin('739164', '', DIGITS).same).toBe('open');
    expect(checkNewPin('739164', '7391', DIGITS).same).toBe('open');
    expect(checkNewPin('739164', '7392', DIGITS).same).toBe('broken');
    expect(checkNewPin('739164', '7391645', DIGITS).same).toBe('broken');
    expect(checkNewPin('', '', DIGITS).same).toBe('open');
  });
});

describe('the check of a new FIDO PIN', () => {
  const rules = { minLength: 6, forbidTrivial: true };

  it.each(['739164', 'pässen', 'Correct horse', '🔑🐎🔋📎✂🧷', 'x1'.repeat(31)])('accepts %s', (pin) => {
    expect(allMet(checkNewFidoPin(pin, pin, rules))).toBe(true);
  });

  it.each([
    ['73916', { length: 'open' }],
    // Five characters that are ten in UTF-16.
    ['🔑🐎🔋📎🧷', { length: 'open' }],
    // Six code points that are five in form NFC.
    ['pa\u0308sse', { length: 'open' }],
    ['x1'.repeat(32), { bytes: 'broken' }],
    ['é'.repeat(32), { bytes: 'broken' }],
    ['111111', { trivial: 'broken' }],
    ['🔑🔑🔑🔑🔑🔑', { trivial: 'broken' }],
    ['654321', { trivial: 'broken' }],
  ])('does not accept %s: %j', (pin, states) => {
    const found = checkNewFidoPin(pin, pin, rules);
    expect(found).toMatchObject(states);
    expect(allMet(found)).toBe(false);
  });

  it('treats entries of different keyboards as equal', () => {
    expect(checkNewFidoPin('p\u00e4ssen', 'pa\u0308ssen', rules).same).toBe('met');
    expect(checkNewFidoPin('p\u00e4ssen', 'passen', rules).same).toBe('broken');
  });
});
