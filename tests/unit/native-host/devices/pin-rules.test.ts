import { describe, expect, it } from '@jest/globals';
import type { PinRules } from '@cardwright/protocol';
import { brokenPinRule, intersectPinRules } from '../../../../native-host/src/devices/pin-rules.js';

const yubikey = { key: 'yubikey', name: 'YubiKey', pinDigitsOnly: false } as const;
const plain = { key: 'piv', name: 'PIV smart card', pinDigitsOnly: true } as const;
const rules = (change: Partial<PinRules> = {}): PinRules => ({
  minLength: 6,
  maxLength: 8,
  digitsOnly: false,
  forbidTrivial: true,
  ...change,
});
const bytes = (pin: string) => Uint8Array.from(Buffer.from(pin));

describe('the rules for a PIN', () => {
  it("are the CMS's and the card's together", () => {
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
  ])('refuse a PIN that is %s, and say which rule it breaks', (_, pin, asked, rule) => {
    expect(brokenPinRule(bytes(pin), asked, bytes('999999'))).toBe(rule);
  });
});
