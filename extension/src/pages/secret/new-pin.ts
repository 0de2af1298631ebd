import type { UserSecret } from '@cardwright/protocol/command-definitions';
import type { FidoPinRules, PinRules } from '@cardwright/protocol/devices';
import { t } from '../text.js';
import { allMet, checkNewFidoPin, checkNewPin, type RuleName, type RuleState } from './pin-check.js';
import { PinField } from './pin-field.js';
import { RuleList } from './rule-list.js';

/**
 * Maximum length of a field for a PIN or PUK, in characters. A PIV card takes 8 bytes (SP 800-73-4 Part 2, 2.4.3); the field takes more, so
 * that the user can see that an entry is too long.
 */
export const PIV_ENTRY_LENGTH = 16;
/**
 * Maximum length of a field for a FIDO PIN, in UTF-16 code units. A device takes 63 bytes (CTAP 2.1, 6.5.1); the field takes more, so that
 * the user can see that an entry is too long.
 */
export const FIDO_ENTRY_LENGTH = 80;

/** Rules and limits in which a new device PIN and a new FIDO PIN differ. */
interface Kind {
  readonly digitsOnly: boolean;
  readonly maxLength: number;
  check(pin: string, repeated: string): Partial<Record<RuleName, RuleState>>;
  /** The rule about the PIN's length, in words. */
  readonly lengthRule: string;
}

/** Rules in their order on the screen. */
const ORDER: readonly RuleName[] = ['length', 'bytes', 'digits', 'characters', 'trivial', 'same'];

/** The fields for a new PIN and its repetition, and the list of rules, each with its state. */
export class NewPin {
  readonly field: PinField;
  readonly #repeated: PinField;
  readonly #rules: RuleList;

  private constructor(
    name: UserSecret,
    private readonly kind: Kind,
  ) {
    const describedBy = `${name}-rules`;
    const { digitsOnly, maxLength } = kind;
    this.field = new PinField(name, t(`field_${name}`), { digitsOnly, maxLength, describedBy });
    const again = name === 'newPin' ? 'repeated' : `${name}-repeated`;
    this.#repeated = new PinField(again, t(`field_${name}_repeated`), { digitsOnly, maxLength, describedBy });
    const names = ORDER.filter((rule) => this.#check()[rule] !== undefined);
    const words = names.map((rule): [RuleName, string] => [
      rule,
      rule === 'length' ? kind.lengthRule : t(`rule_${rule}`),
    ]);
    this.#rules = new RuleList(describedBy, new Map(words));
  }

  static ofDevice(rules: PinRules): NewPin {
    return new NewPin('newPin', {
      digitsOnly: rules.digitsOnly,
      maxLength: PIV_ENTRY_LENGTH,
      check: (pin, repeated) => checkNewPin(pin, repeated, rules),
      lengthRule: lengthRuleOf(rules),
    });
  }

  static ofFido(rules: FidoPinRules): NewPin {
    return new NewPin('newFidoPin', {
      digitsOnly: false,
      maxLength: FIDO_ENTRY_LENGTH,
      check: (pin, repeated) => checkNewFidoPin(pin, repeated, rules),
      lengthRule: t('rule_length_min', String(rules.minLength)),
    });
  }

  get elements(): HTMLElement[] {
    return [this.field.element, this.#repeated.element, this.#rules.element];
  }

  /**
   * Shows the state of each rule.
   *
   * @returns true if all rules are satisfied
   */
  update(): boolean {
    const states = this.#check();
    this.#rules.show(states);
    return allMet(states);
  }

  /** Empties the field for the repetition, which only serves for comparison. */
  wipeRepeated(): void {
    this.#repeated.wipe();
  }

  /** Empties both fields. */
  wipe(): void {
    for (const field of [this.field, this.#repeated]) field.wipe();
  }

  /** Shows both entries as dots, while the device checks the current PIN. */
  hide(): void {
    for (const field of [this.field, this.#repeated]) field.hide();
  }

  /** Lets the user change both entries again. */
  enable(): void {
    for (const field of [this.field, this.#repeated]) field.enable();
  }

  #check(): Partial<Record<RuleName, RuleState>> {
    return this.kind.check(this.field.value, this.#repeated.value);
  }
}

/** Returns the rule about a device PIN's length and characters, in words. */
export function lengthRuleOf({ minLength, maxLength, digitsOnly }: PinRules): string {
  const what = digitsOnly ? 'digits' : 'characters';
  return minLength === maxLength
    ? t(`rule_length_${what}_exact`, String(minLength))
    : t(`rule_length_${what}`, String(minLength), String(maxLength));
}
