/** The catalogue's text for one code, in one language. */
export interface ErrorWords {
  /** The event. */
  readonly message: string;
  /** Its usual cause. */
  readonly cause: string;
  /** The user's next action. It names what `recovery` offers. */
  readonly user: string;
  /** The administrator's action, if the user cannot help themselves. */
  readonly administrator: string;
}

/** The words of one code in one language. The catalogue itself has the English message, because programs read it too. */
export interface ErrorText extends Omit<ErrorWords, 'message'>, Partial<Pick<ErrorWords, 'message'>> {
  /** Words that differ, by the value of the detail that the catalogue names. */
  readonly variants?: Readonly<Record<string, Partial<ErrorWords>>>;
}

/** A part of the catalogue in another language than English. It has messages too, and no variant that English lacks. */
export type ErrorsIn<English> = {
  readonly [C in keyof English]?: Partial<ErrorWords> &
    (English[C] extends { readonly variants: infer V }
      ? { readonly variants?: { readonly [K in keyof V]?: Partial<ErrorWords> } }
      : unknown);
};
