import { CardwrightError, MIN_TRIES, isCardwrightError } from '@cardwright/protocol';
import type { PinRule } from '../devices/pin-rules.js';

/** How often the user is asked, where what was typed is refused each time. */
const MAX_QUESTIONS = 5;

/** How a new PIN is asked for, judged and set. */
export interface NewPin<T> {
  readonly gather: (question: NewPinQuestion) => Promise<T>;
  /** The rule that it breaks, or null. */
  readonly brokenRule: (secrets: T) => PinRule | null;
  readonly set: (secrets: T) => Promise<void>;
  /** Whether the user typed the PIN that the device has, and so can type it again where it was wrong. */
  readonly mayRetype?: boolean;
}

/** One of the times that a new PIN is asked for. */
export interface NewPinQuestion {
  /** Why it is asked for again. */
  readonly problem: NewPinProblem | null;
  /** Whether it is asked for once more where this one is refused. */
  readonly mayAskAgain: boolean;
}

/** Why a new PIN is asked for again. */
export type NewPinProblem = CardwrightError<'PIN_RULE_VIOLATED' | 'PIN_REFUSED_BY_DEVICE' | 'PIN_INCORRECT'>;

/**
 * Gathers the secrets and sets the new PIN. One that breaks a rule, or that the device refuses for a rule of its own, is asked
 * again. So is a wrong PIN that the user typed, while more than one try is left; a wrong PUK never is.
 *
 * @returns the secrets that were accepted
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

/** Whether a PIN was wrong, and another wrong one would not be the last. Where the device does not tell its tries, the user is not asked again. */
const hasMoreTries = (error: unknown): error is CardwrightError<'PIN_INCORRECT'> =>
  isCardwrightError(error, 'PIN_INCORRECT') && (error.data.retriesLeft ?? 0) >= MIN_TRIES;
