import { browser } from '../browser.js';

/** A text of `_locales`, in the browser's language. */
export const t = (key: string, ...values: string[]): string => browser.i18n.getMessage(key, values);

/** Fills every element that names its text as `data-text`, and tells assistive technology the language. */
export function localize(page: Document): void {
  page.documentElement.lang = t('language');
  for (const element of page.querySelectorAll<HTMLElement>('[data-text]')) {
    element.textContent = t(element.dataset.text ?? '');
  }
}
