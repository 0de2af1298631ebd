import { describe, expect, it } from '@jest/globals';
import type { FidoFacts, FidoPinRules, PinRules } from '@cardwright/protocol/devices';
import {
  brokenFidoPinRule,
  brokenPinRule,
  intersectFidoPinRules,
  intersectPinRules,
  pinRulesForBoth,
} from '../../../../native-host/src/devices/pin-rules.js';

const yubikey = { pinDigitsOnly: false } as const;
const plain = { pinDigitsOnly: true } as const;
const rules = (change: Partial<PinRules> = {}): PinRules => ({
  minLength: 6,
  maxLength: 8,
  digitsOnly: false,
  forbidTrivial: true,
  ...change,
});
const bytes = (pin: string) => Uint8Array.from(Buffer.from(pin));

describe('the rules for a PIN', () => {
  it('combine those of CMS and card', () => {
    expect(intersectPinRules(rules({ minLength: 4, maxLength: 7 }), yubikey)).toEqual(rules({ maxLength: 7 }));
    expect(intersectPinRules(rules(), plain).digitsOnly).toBe(true);
    expect(intersectPinRules(null, yubikey)).toEqual(rules({ forbidTrivial: false }));
  });

  it('are refused when no PIN can satisfy both', () => {
    expect(() => intersectPinRules(rules({ minLength: 4, maxLength: 5 }), yubikey)).toThrow(
      expect.objectContaining({ code: 'PIN_RULES_CONFLICT' }),
    );
  });

  it.each(['482913', '4829137', 'a1!Zx9', '112233'])('accept %s', (pin) => {
    expect(brokenPinRule(bytes(pin), rules(), bytes('999999'))).toBeNull();
  });

  it.each([
    ['too short', '48291', rules(), 'length'],
    ['too long', '482913770', rules(), 'length'],
    ['repeated', '777777', rules(), 'trivial'],
    ['a run up', '123456', rules(), 'trivial'],
    ['a run down', '87654321', rules(), 'trivial'],
    ['letters where digits are asked', '48291a', rules({ digitsOnly: true }), 'digits'],
    ['beyond ASCII', '4829ä', rules(), 'digits'],
    ['the old one', '999999', rules(), 'same'],
  ])('refuse a PIN that is %s, and name the broken rule', (_, pin, asked, rule) => {
    expect(brokenPinRule(bytes(pin), asked, bytes('999999'))).toBe(rule);
  });
});

describe('the rules for one PIN in both places', () => {
  const fido = (change: Partial<FidoPinRules> = {}): FidoPinRules => ({
    minLength: 4,
    forbidTrivial: false,
    ...change,
  });

  it.each<[string, PinRules, FidoPinRules, PinRules]>([
    ["the device PIN's where they are stricter", rules({ digitsOnly: true }), fido(), rules({ digitsOnly: true })],
    ["the FIDO PIN's minimum where it is longer", rules(), fido({ minLength: 8 }), rules({ minLength: 8 })],
    ["the FIDO PIN's against trivial ones", rules({ forbidTrivial: false }), fido({ forbidTrivial: true }), rules()],
  ])('are %s', (_, device, ofFido, expected) => {
    expect(pinRulesForBoth(device, ofFido)).toEqual(expected);
  });

  it('do not exist where the shortest FIDO PIN is too long for the device PIN', () => {
    expect(pinRulesForBoth(rules(), fido({ minLength: 9 }))).toBeNull();
  });
});

describe('the rules for a FIDO PIN', () => {
  const facts = (change: Partial<FidoFacts> = {}): FidoFacts => ({
    versions: ['FIDO_2_1'],
    aaguid: '00000000-0000-0000-0000-000000000000',
    pinSet: false,
    minPinLength: 4,
    forcePinChange: false,
    pinComplexity: false,
    alwaysUv: false,
    credentialManagement: true,
    canSetMinPinLength: true,
    enterpriseAttestation: null,
    resetTransports: null,
    ...change,
  });
  const asked: FidoPinRules = { minLength: 6, forbidTrivial: true };

  it.each<[string, FidoPinRules | null, Partial<FidoFacts>, FidoPinRules]>([
    ["the device's alone", null, {}, { minLength: 4, forbidTrivial: false }],
    ["the CMS's where they are stricter", asked, {}, asked],
    ["the device's where they are stricter", asked, { minPinLength: 8 }, { minLength: 8, forbidTrivial: true }],
    [
      'those of a device that has a rule of its own',
      null,
      { pinComplexity: true },
      { minLength: 4, forbidTrivial: true },
    ],
  ])('are %s', (_, cms, change, expected) => {
    expect(intersectFidoPinRules(cms, facts(change), 63)).toEqual(expected);
  });

  it('conflict with a device that accepts no PIN of that length', () => {
    expect(() => intersectFidoPinRules({ minLength: 9, forbidTrivial: false }, facts(), 8)).toThrow(
      expect.objectContaining({ code: 'PIN_RULES_CONFLICT' }),
    );
  });

  it.each(['482913', 'käfer7', 'x'.repeat(31) + 'y'.repeat(32), 'ñandú!', '🔑🗝🔐🔒🔏🔓'])('accept %s', (pin) => {
    expect(brokenFidoPinRule(bytes(pin), asked, bytes('999999'))).toBeNull();
  });

  it.each([
    ['too short in code points, whatever its bytes', '🔑🗝🔐🔒🔏', 'length'],
    ['longer than 63 bytes', 'ä'.repeat(31) + 'xy', 'length'],
    ['repeated', 'ääääääää', 'trivial'],
    ['a run', 'abcdef', 'trivial'],
    ['the old one', '999999', 'same'],
  ])('refuse a PIN that is %s', (_, pin, rule) => {
    expect(brokenFidoPinRule(bytes(pin), asked, bytes('999999'))).toBe(rule);
  });
});
