import type { words } from '@cardwright/words/at-once/cms';

/** Words of the trust changes in a language. */
export type TrustWords = typeof words.english.trust;

/** A change of trust in words: for operators in their language, and for the audit log in English. It contains no secret. */
export interface TrustChange {
  readonly what: string;
  readonly before: string;
  readonly after: string;
  /**
   * True if more devices or passkeys are trusted afterwards, certificates last longer, keys may be weaker or less protected, another slot gets a
   * key, a new PIN no longer needs a one-time code, or other factory values apply. One operator's word is then not enough.
   */
  readonly widens: boolean;
}
