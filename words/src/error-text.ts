/** The catalogue's text for one code, in one language. */
export interface ErrorWords {
  /** What happened, as a sentence. */
  readonly message: string;
  /** The usual cause. */
  readonly cause: string;
  /** The user's next action. The text names the button or the page that the catalogue's `recovery` leads to. */
  readonly user: string;
}

/**
 * Words of one code in one language. English words have a `message` only in variants, because the catalogue itself contains the
 * English message.
 */
export interface ErrorText extends Omit<ErrorWords, 'message'>, Partial<Pick<ErrorWords, 'message'>> {
  /** Words that replace the words of this code, by the value of a detail of the error. The catalogue names the detail. */
  readonly variants?: Readonly<Record<string, Partial<ErrorWords>>>;
}

/**
 * Words for a part of the catalogue in a language other than English, with the messages. Any of the words may be missing. Codes and variants that
 * have no English words cannot have words here.
 */
export type ErrorsIn<English> = {
  readonly [C in keyof English]?: Partial<ErrorWords> &
    (English[C] extends { readonly variants: infer V }
      ? { readonly variants?: { readonly [K in keyof V]?: Partial<ErrorWords> } }
      : unknown);
};
