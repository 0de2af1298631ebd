import { element, icon } from '../element.js';
import { t } from '../text.js';

/** Longest PIN or PUK of a PIV card, in bytes (SP 800-73-4 Part 2, 2.4.3), and room to see that it is too long. */
const MAX_LENGTH = 16;

/** A labelled entry for a secret, with a switch that shows what was typed. */
export class PinField {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;

  constructor(id: string, label: string, { digitsOnly, describedBy }: { digitsOnly: boolean; describedBy?: string }) {
    this.input = element('input', {
      id,
      type: 'password',
      autocomplete: 'off',
      autocapitalize: 'off',
      spellcheck: 'false',
      maxlength: String(MAX_LENGTH),
      inputmode: digitsOnly ? 'numeric' : 'text',
      ...(describedBy === undefined ? {} : { 'aria-describedby': describedBy }),
    });
    this.element = element(
      'div',
      { class: 'field' },
      element('label', { for: id }, label),
      element('div', { class: 'entry' }, this.input, this.#toggle(label)),
    );
  }

  get value(): string {
    return this.input.value;
  }

  /** Takes the entry out of the page as bytes, which the caller overwrites after use. */
  take(): Uint8Array {
    const bytes = new TextEncoder().encode(this.input.value);
    this.wipe();
    return bytes;
  }

  wipe(): void {
    this.input.value = '';
  }

  #toggle(label: string): HTMLButtonElement {
    const name = t('show_entry', label);
    const button = element(
      'button',
      { type: 'button', class: 'toggle', 'aria-pressed': 'false', title: name },
      icon('eye'),
    );
    button.setAttribute('aria-label', name);
    button.addEventListener('click', () => {
      const shown = this.input.type === 'text';
      this.input.type = shown ? 'password' : 'text';
      button.setAttribute('aria-pressed', String(!shown));
      this.input.focus();
    });
    return button;
  }
}
