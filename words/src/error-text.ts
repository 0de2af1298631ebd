/** The catalogue's text for one code, in one language. */
export interface ErrorWords {
  /** The event, as a sentence. */
  readonly message: string;
  /** The usual cause. */
  readonly cause: string;
  /** The user's next action. It names the button or page that the catalogue's `recovery` offers. */
  readonly user: string;
  /** The administrator's action, if the user cannot solve the problem. */
  readonly administrator: string;
}

/** The words of one code in one language. English has messages only in variants, because the catalogue itself contains its message. */
export interface ErrorText extends Omit<ErrorWords, 'message'>, Partial<Pick<ErrorWords, 'message'>> {
  /** Words that replace these for some values of an error's detail, by the detail's value. The catalogue names the detail. */
  readonly variants?: Readonly<Record<string, Partial<ErrorWords>>>;
}

/** A part of the catalogue in a language other than English. It includes messages. It has only variants that English has too. */
export type ErrorsIn<English> = {
  readonly [C in keyof English]?: Partial<ErrorWords> &
    (English[C] extends { readonly variants: infer V }
      ? { readonly variants?: { readonly [K in keyof V]?: Partial<ErrorWords> } }
      : unknown);
};
