import { element, icon } from '../element.js';
import { t } from '../text.js';

interface FieldOptions {
  readonly digitsOnly: boolean;
  readonly maxLength: number;
  readonly describedBy?: string;
}

/** A labelled field for a secret, with a switch that shows what was typed. */
export class PinField {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  readonly #button: HTMLButtonElement;

  constructor(id: string, label: string, { digitsOnly, maxLength, describedBy }: FieldOptions) {
    this.input = element('input', {
      id,
      type: 'password',
      autocomplete: 'off',
      autocapitalize: 'off',
      spellcheck: 'false',
      maxlength: String(maxLength),
      inputmode: digitsOnly ? 'numeric' : 'text',
      ...(describedBy === undefined ? {} : { 'aria-describedby': describedBy }),
    });
    this.#button = this.#toggle(label);
    this.element = element(
      'div',
      { class: 'field' },
      element('label', { for: id }, label),
      element('div', { class: 'entry' }, this.input, this.#button),
    );
  }

  get value(): string {
    return this.input.value;
  }

  /** Returns the entry, normalised, as UTF-8 bytes. The caller overwrites the bytes after use. */
  read(normalize: (entry: string) => string): Uint8Array {
    return new TextEncoder().encode(normalize(this.input.value));
  }

  wipe(): void {
    this.input.value = '';
  }

  /** Shows dots in place of what was typed. */
  hide(): void {
    this.input.type = 'password';
    this.#button.setAttribute('aria-pressed', 'false');
  }

  /** Lets the user type again. */
  enable(): void {
    this.input.disabled = false;
    this.#button.disabled = false;
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
