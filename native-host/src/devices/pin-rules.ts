import { CardwrightError, type ErrorData } from '@cardwright/protocol';
import {
  FIDO_PIN_LENGTH,
  PIV_PIN_LENGTH,
  isTrivialPin,
  type FidoFacts,
  type FidoPinRules,
  type PinRules,
} from '@cardwright/protocol/devices';
import type { AdministratorPinRules } from '@cardwright/protocol/policy';
import type { Model } from './models.js';

const { min: CARD_MIN, max: CARD_MAX } = PIV_PIN_LENGTH;

/**
 * Combines the rules of CMS, card and administrator. The strictest rule of each kind applies.
 *
 * @param administrator rules for a PIN that the user chooses; null for any other PIN
 * @throws CardwrightError `PIN_RULES_CONFLICT` when no PIN can satisfy all rules
 */
export function intersectPinRules(
  cms: PinRules | null,
  model: Pick<Model, 'pinDigitsOnly'>,
  administrator: AdministratorPinRules | null = null,
): PinRules {
  const rules = {
    minLength: Math.max(CARD_MIN, cms?.minLength ?? CARD_MIN, administrator?.minLength ?? CARD_MIN),
    maxLength: Math.min(CARD_MAX, cms?.maxLength ?? CARD_MAX),
    digitsOnly: model.pinDigitsOnly || cms?.digitsOnly === true || administrator?.digitsOnly === true,
    forbidTrivial: cms?.forbidTrivial === true || administrator?.forbidTrivial === true,
  };
  if (rules.minLength > rules.maxLength) throw new CardwrightError('PIN_RULES_CONFLICT');
  return rules;
}

export type PinRule = ErrorData<'PIN_RULE_VIOLATED'>['rule'];

/**
 * Returns the first rule that a new PIN breaks. Returns null if the PIN breaks no rule. The PIN is given as the bytes for the card, without
 * padding. Bytes other than printable ASCII break a rule in any case.
 *
 * @param old the PIN or PUK that authorises the change; the new PIN must differ from it
 */
export function brokenPinRule(pin: Uint8Array, rules: PinRules, old?: Uint8Array): PinRule | null {
  if (old && Buffer.from(pin).equals(old)) return 'same';
  if (pin.length < rules.minLength || pin.length > rules.maxLength) return 'length';
  if (!pin.every(rules.digitsOnly ? isDigit : isPrintableAscii)) return 'digits';
  return rules.forbidTrivial && isTrivialPin(pin) ? 'trivial' : null;
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
const isPrintableAscii = (byte: number): boolean => byte >= 0x20 && byte <= 0x7e;

/**
 * Combines the rules of CMS, authenticator and administrator for a FIDO PIN. The strictest rule of each kind applies.
 *
 * @param maxLength longest PIN that the authenticator accepts, in code points
 * @throws CardwrightError `PIN_RULES_CONFLICT` when no PIN can satisfy all rules
 */
export function intersectFidoPinRules(
  cms: FidoPinRules | null,
  facts: FidoFacts,
  maxLength: number,
  administrator: AdministratorPinRules | null = null,
): FidoPinRules {
  const minLength = Math.max(facts.minPinLength, cms?.minLength ?? 0, administrator?.fidoMinLength ?? 0);
  if (minLength > maxLength) throw new CardwrightError('PIN_RULES_CONFLICT');
  const forbidTrivial = facts.pinComplexity || cms?.forbidTrivial === true || administrator?.forbidTrivial === true;
  return { minLength, forbidTrivial };
}

/** Returns the rules for one PIN that is the device PIN and the FIDO PIN; null if no PIN can be both. */
export function pinRulesForBoth(device: PinRules, fido: FidoPinRules): PinRules | null {
  const minLength = Math.max(device.minLength, fido.minLength);
  const forbidTrivial = device.forbidTrivial || fido.forbidTrivial;
  return minLength > device.maxLength ? null : { ...device, minLength, forbidTrivial };
}

/**
 * Returns the first rule that a new FIDO PIN breaks. Returns null if the PIN breaks no rule. The PIN is UTF-8 in form NFC. The minimum length is a
 * number of code points, the maximum length a number of bytes.
 *
 * @param old the PIN that authorises the change; the new PIN must differ from it
 */
export function brokenFidoPinRule(pin: Uint8Array, rules: FidoPinRules, old?: Uint8Array): PinRule | null {
  if (old && Buffer.from(pin).equals(old)) return 'same';
  const codePoints = Array.from(new TextDecoder().decode(pin), (character) => character.codePointAt(0) ?? 0);
  if (codePoints.length < rules.minLength || pin.length > FIDO_PIN_LENGTH.max) return 'length';
  return rules.forbidTrivial && isTrivialPin(codePoints) ? 'trivial' : null;
}
