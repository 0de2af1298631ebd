import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { MIN_TRIES } from '@cardwright/protocol/devices';
import type { PinRule } from '../devices/pin-rules.js';

/** Largest number of times that the user is asked for a new PIN. */
const MAX_QUESTIONS = 5;

/** Functions that ask for a new PIN, check it and set it. */
export interface NewPin<T> {
  /** Gathers the new PIN, which only the user can give, and the other secrets of the command. Called for each request. */
  readonly gather: (question: NewPinQuestion) => Promise<T>;
  /** Returns the rule that the PIN breaks. Returns null if the PIN breaks no rule. */
  readonly brokenRule: (secrets: T) => PinRule | null;
  readonly set: (secrets: T) => Promise<void>;
  /** Set when the user types the device's current PIN, and so can type it again if it was wrong. */
  readonly mayRetype?: boolean;
}

/** One request for a new PIN. */
export interface NewPinQuestion {
  /** The reason for a repeated request; null for the first request. */
  readonly problem: NewPinProblem | null;
  /** Set when the request may be repeated if this PIN is refused. */
  readonly mayAskAgain: boolean;
}

/** The reason why a new PIN is requested again. */
export type NewPinProblem = CardwrightError<'PIN_RULE_VIOLATED' | 'PIN_REFUSED_BY_DEVICE' | 'PIN_INCORRECT'>;

/**
 * Gathers the secrets and sets the new PIN. Asks again if the new PIN breaks a rule, or if the device refuses it. If `mayRetype` is set, also
 * asks again after a wrong current PIN, while at least `MIN_TRIES` tries are left. Never asks again after a wrong PUK. Asks at most
 * `MAX_QUESTIONS` times.
 *
 * @returns the secrets that were accepted
 * @throws CardwrightError the last refusal, or any other error of `gather` or `set`
 */
export async function setNewPin<T>({ gather, brokenRule, set, mayRetype = false }: NewPin<T>): Promise<T> {
  let refused: NewPinProblem | undefined;
  for (let left = MAX_QUESTIONS - 1; left >= 0; left -= 1) {
    const secrets = await gather({ problem: refused ?? null, mayAskAgain: left > 0 });
    const rule = brokenRule(secrets);
    if (rule === null) {
      try {
        await set(secrets);
        return secrets;
      } catch (error) {
        const isAskedAgain = isCardwrightError(error, 'PIN_REFUSED_BY_DEVICE') || (mayRetype && hasMoreTries(error));
        if (!isAskedAgain) throw error;
        refused = error;
      }
    } else {
      refused = new CardwrightError('PIN_RULE_VIOLATED', { rule });
    }
  }
  throw refused ?? new CardwrightError('PIN_REFUSED_BY_DEVICE');
}

/** True if the current PIN was wrong, and enough tries are left to ask again (`MIN_TRIES`). False if the device does not report its tries. */
const hasMoreTries = (error: unknown): error is CardwrightError<'PIN_INCORRECT'> =>
  isCardwrightError(error, 'PIN_INCORRECT') && (error.data.retriesLeft ?? 0) >= MIN_TRIES;
