import { FIDO_PIN_LENGTH, isTrivialPin, type FidoPinRules, type PinRules } from '@cardwright/protocol/devices';

/** State of one rule: `met`, `broken`, or `open` while further typing can still satisfy it. */
export type RuleState = 'open' | 'met' | 'broken';

export type RuleName = 'length' | 'bytes' | 'digits' | 'characters' | 'trivial' | 'same';

const DIGITS = /^\d*$/;
/** Characters that take one byte on the card. */
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/**
 * Checks a new PIN against the host's rules while it is typed. The final decision is made by the host and the card.
 *
 * @param repeated the repetition of the PIN
 */
export function checkNewPin(pin: string, repeated: string, rules: PinRules): Partial<Record<RuleName, RuleState>> {
  return {
    length: lengthState(pin.length, rules),
    ...(rules.digitsOnly
      ? { digits: charactersState(pin, DIGITS) }
      : { characters: charactersState(pin, PRINTABLE_ASCII) }),
    ...(rules.forbidTrivial ? { trivial: trivialState(pin, rules) } : {}),
    same: sameState(pin, repeated),
  };
}

/**
 * Normalises a FIDO PIN to NFC before counting, comparing and sealing (CTAP 2.1, 6.5.1), so that the PIN has the same bytes whatever
 * keyboard it is typed on.
 */
export const normalizeFidoPin = (entry: string): string => entry.normalize('NFC');

/**
 * Checks a new FIDO PIN against the host's rules while it is typed. The length of the PIN is counted in Unicode code points; in UTF-8 the
 * PIN may have at most 63 bytes.
 */
export function checkNewFidoPin(
  entry: string,
  repeated: string,
  { minLength, forbidTrivial }: FidoPinRules,
): Partial<Record<RuleName, RuleState>> {
  const pin = normalizeFidoPin(entry);
  const length = Array.from(pin).length;
  return {
    length: length >= minLength ? 'met' : 'open',
    bytes: new TextEncoder().encode(pin).length <= FIDO_PIN_LENGTH.max ? 'met' : 'broken',
    ...(forbidTrivial ? { trivial: length < minLength ? 'open' : isTrivial(pin) ? 'broken' : 'met' } : {}),
    same: sameState(pin, normalizeFidoPin(repeated)),
  };
}

export const allMet = (states: Partial<Record<RuleName, RuleState>>): boolean =>
  Object.values(states).every((state) => state === 'met');

function lengthState(length: number, { minLength, maxLength }: PinRules): RuleState {
  if (length > maxLength) return 'broken';
  return length >= minLength ? 'met' : 'open';
}

function charactersState(pin: string, allowed: RegExp): RuleState {
  if (pin === '') return 'open';
  return allowed.test(pin) ? 'met' : 'broken';
}

/**
 * Returns the state of the rule against trivial PINs. Any two characters are a sequence, so the rule stays open until the PIN is long
 * enough.
 */
function trivialState(pin: string, { minLength }: PinRules): RuleState {
  if (pin.length < minLength) return 'open';
  return isTrivial(pin) ? 'broken' : 'met';
}

const isTrivial = (pin: string): boolean => isTrivialPin(Array.from(pin, (character) => character.codePointAt(0) ?? 0));

function sameState(pin: string, repeated: string): RuleState {
  if (pin !== '' && repeated === pin) return 'met';
  return pin.startsWith(repeated) ? 'open' : 'broken';
}
