import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import type { PinRule } from '../devices/pin-rules.js';

/** How often a window opens again because the new PIN was refused. */
const MAX_QUESTIONS = 5;

/** How a new PIN is asked for, judged and set. */
export interface NewPin<T> {
  /** @param problem why it is asked for again, as a code of the catalogue */
  readonly gather: (problem: string | null) => Promise<T>;
  /** The rule that it breaks, or null. */
  readonly brokenRule: (secrets: T) => PinRule | null;
  readonly set: (secrets: T) => Promise<void>;
}

/**
 * Gathers the secrets and sets the new PIN. One that breaks a rule, or that the device refuses for a rule of its own, is asked
 * again. A wrong PIN or PUK is not, because the user decides about another try.
 *
 * @returns the secrets that were accepted
 */
export async function setNewPin<T>({ gather, brokenRule, set }: NewPin<T>): Promise<T> {
  let refused: CardwrightError<'PIN_RULE_VIOLATED' | 'PIN_REFUSED_BY_DEVICE'> | undefined;
  for (let question = 0; question < MAX_QUESTIONS; question += 1) {
    const secrets = await gather(refused?.code ?? null);
    const rule = brokenRule(secrets);
    if (rule === null) {
      try {
        await set(secrets);
        return secrets;
      } catch (error) {
        if (!isCardwrightError(error, 'PIN_REFUSED_BY_DEVICE')) throw error;
        refused = error;
      }
    } else {
      refused = new CardwrightError('PIN_RULE_VIOLATED', { rule });
    }
  }
  throw refused ?? new CardwrightError('PIN_REFUSED_BY_DEVICE');
}
