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

  /** Removes the entry from the page and returns it, normalised, as UTF-8 bytes. The caller overwrites the bytes after use. */
  take(normalize: (entry: string) => string): Uint8Array {
    const bytes = new TextEncoder().encode(normalize(this.input.value));
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
