/** Sentences for the plural categories of a language (CLDR plural rules). A category without a sentence gets the sentence of `other`. */
export type PluralForms = { readonly other: string } & Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>;

/**
 * Returns a function that chooses the sentence for a number by the plural rules of a language.
 *
 * @param language tag of the language
 * @throws RangeError if the tag is malformed
 * @example
 * const count = plural('en');
 * const tries = (left: number) => count(left, { one: 'One try is left.', other: `${left} tries are left.` });
 */
export function plural(language: string): (number: number, forms: PluralForms) => string {
  const rules = new Intl.PluralRules(language);
  return (number, forms) => forms[rules.select(number)] ?? forms.other;
}
