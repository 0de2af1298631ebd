import { element, icon } from '../element.js';
import { t } from '../text.js';
import type { RuleName, RuleState } from './pin-check.js';

/** The list of rules for a new PIN, each with its state. A screen reader announces changes. */
export class RuleList {
  readonly element: HTMLUListElement;
  readonly #items = new Map<RuleName, { item: HTMLLIElement; state: HTMLElement }>();

  /** @param rules the rules with their words, in the order of the list */
  constructor(id: string, rules: ReadonlyMap<RuleName, string>) {
    this.element = element('ul', { class: 'rules', id, 'aria-live': 'polite' });
    for (const [name, words] of rules) {
      const state = element('span', { class: 'for-screen-reader' });
      const item = element('li', { 'data-rule': name }, icon('mark'), element('span', {}, words, ' ', state));
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
}
