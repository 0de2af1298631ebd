import { locale as localeSetting } from '@cardwright/protocol/settings';
import * as v from 'valibot';
import { browser } from '../browser.js';
import { readPackaged } from '../packaged.js';
import { readManaged } from '../policy/managed-storage.js';

/** Schema of the texts of a language in `_locales`, by name. */
const messages = v.record(v.string(), v.object({ message: v.string() }));

/**
 * The texts in the language that the administrator has set. If the administrator has set no language, or the setting or the texts cannot be
 * read, this is null, and the browser's language is used.
 */
const chosen = await readChosen().catch((error: unknown) => {
  // A window in the browser's language is better than an empty window.
  console.error("Cardwright: the administrator's language could not be read", error);
  return null;
});

async function readChosen(): Promise<v.InferOutput<typeof messages> | null> {
  const written = (await readManaged()).locale;
  const locale = localeSetting.read(written, () => undefined);
  if (locale === null) return null;
  return v.parse(messages, await readPackaged(`_locales/${locale}/messages.json`));
}

/**
 * Returns a text of `_locales`, in the language that the administrator has set, or else in the browser's language. Returns an empty text if
 * no text has this key.
 */
export const t = (key: string, ...values: string[]): string =>
  chosen === null ? browser.i18n.getMessage(key, values) : filled(chosen[key]?.message ?? '', values);

/** Replaces `$1` to `$9` by the values, as `i18n.getMessage` does. */
const filled = (message: string, values: readonly string[]): string =>
  message.replaceAll(/\$([1-9])/g, (_, number: string) => values[Number(number) - 1] ?? '');

/**
 * Returns a text with a number, in the plural form that the language needs. The build appends `__` and the form to the text's name. A
 * text without forms is returned as it is.
 */
export function tCount(key: string, number: number): string {
  const form = new Intl.PluralRules(t('language')).select(number);
  return t(`${key}__${form}`, String(number)) || t(key, String(number));
}

/** Fills every element of the page that names its text in `data-text`, and sets the page's `lang` for assistive technology. */
export function localize(page: Document): void {
  page.documentElement.lang = t('language');
  for (const element of page.querySelectorAll<HTMLElement>('[data-text]')) {
    element.textContent = t(element.dataset.text ?? '');
  }
}
