import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';

/** Functions that render the fields of a form, and functions that read fields from the `FormData` of the whole form. */

/** Renders a choice among the keys of `options`. Shows each key as the words that belong to it. */
export const choice = (
  name: string,
  label: string,
  value: string,
  options: Readonly<Record<string, string>>,
): TemplateResult =>
  html`<label>
    ${label}
    <select name=${name}>
      ${Object.entries(options).map(
        ([key, words]) => html`<option value=${key} .selected=${live(key === value)}>${words}</option>`,
      )}
    </select>
  </label>`;

/** Renders a check box. @param value distinguishes boxes of the same name */
export const check = (name: string, label: string, { isChecked = false, value = 'on' } = {}): TemplateResult =>
  html`<label><input type="checkbox" name=${name} value=${value} .checked=${live(isChecked)} />${label}</label>`;

export const wholeNumber = (name: string, label: string, value: number, min: number, max: number): TemplateResult =>
  html`<label
    >${label}<input name=${name} type="number" min=${min} max=${max} required .value=${live(String(value))}
  /></label>`;

/** Returns the text entered in a field; empty if the form has no such field. */
export const textOf = (entered: FormData, name: string): string => {
  const value = entered.get(name);
  return typeof value === 'string' ? value : '';
};

/** Returns the key of the options that equals a value. Returns undefined if no key does. */
export const keyOf = <K extends string>(options: Readonly<Record<K, unknown>>, value: string): K | undefined => {
  for (const key in options) if (key === value) return key;
  return undefined;
};
