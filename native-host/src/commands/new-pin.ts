import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { MIN_TRIES } from '@cardwright/protocol/devices';
import type { PinRule } from '../devices/pin-rules.js';

/** How often the user is asked while each answer is refused. */
const MAX_QUESTIONS = 5;

/** How to ask for a new PIN, check it and set it. */
export interface NewPin<T> {
  readonly gather: (question: NewPinQuestion) => Promise<T>;
  /** Returns the rule that the PIN breaks, or null. */
  readonly brokenRule: (secrets: T) => PinRule | null;
  readonly set: (secrets: T) => Promise<void>;
  /** Set when the user typed the device's current PIN, and so can retype it if it was wrong. */
  readonly mayRetype?: boolean;
}

/** One request for a new PIN. */
export interface NewPinQuestion {
  /** The reason for a repeated request. */
  readonly problem: NewPinProblem | null;
  /** Set when the request may be repeated if this PIN is refused. */
  readonly mayAskAgain: boolean;
}

/** The reason why a new PIN is requested again. */
export type NewPinProblem = CardwrightError<'PIN_RULE_VIOLATED' | 'PIN_REFUSED_BY_DEVICE' | 'PIN_INCORRECT'>;

/**
 * Gathers the secrets and sets the new PIN. Asks again when the PIN breaks a rule, or when the device refuses it for a rule of its own.
 * Also asks again for a wrong PIN that the user typed, while more than one try is left, but never for a wrong PUK.
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

/**
 * True if a PIN was wrong, and another wrong one would not be the last try. If the device does not report its tries, the user is not asked
 * again.
 */
const hasMoreTries = (error: unknown): error is CardwrightError<'PIN_INCORRECT'> =>
  isCardwrightError(error, 'PIN_INCORRECT') && (error.data.retriesLeft ?? 0) >= MIN_TRIES;
