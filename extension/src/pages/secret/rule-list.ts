import type { PinRules } from '@cardwright/protocol';
import { element, icon } from '../element.js';
import { t } from '../text.js';
import type { RuleName, RuleState } from './pin-check.js';

/** The rules of a new PIN, each with whether the entry satisfies it. A screen reader announces changes. */
export class RuleList {
  readonly element = element('ul', { class: 'rules', id: 'rules', 'aria-live': 'polite' });
  readonly #items = new Map<RuleName, { item: HTMLLIElement; state: HTMLElement }>();

  constructor(
    names: readonly RuleName[],
    private readonly rules: PinRules,
  ) {
    for (const name of names) {
      const state = element('span', { class: 'for-screen-reader' });
      const item = element(
        'li',
        { 'data-rule': name },
        icon('mark'),
        element('span', {}, this.#text(name), ' ', state),
      );
      this.#items.set(name, { item, state });
      this.element.append(item);
    }
  }

  show(states: Partial<Record<RuleName, RuleState>>): void {
    for (const [name, { item, state }] of this.#items) {
      const now = states[name] ?? 'open';
      if (item.dataset.state === now) continue;
      item.dataset.state = now;
      state.textContent = t(`rule_${now}`);
    }
  }

  #text(name: RuleName): string {
    const { minLength, maxLength, digitsOnly } = this.rules;
    if (name !== 'length') return t(`rule_${name}`);
    const what = digitsOnly ? 'digits' : 'characters';
    return minLength === maxLength
      ? t(`rule_length_${what}_exact`, String(minLength))
      : t(`rule_length_${what}`, String(minLength), String(maxLength));
  }
}
