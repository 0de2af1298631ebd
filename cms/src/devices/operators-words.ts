import type { Device } from '../store/rows.js';

const BY_OPERATOR = ' by an operator';
const BEFORE_WORDS = `${BY_OPERATOR}: `;

/**
 * Makes the state reason that a device's row keeps for an operator's action.
 *
 * @param done the action, as a participle
 * @param words the operator's own explanation, if there is one
 */
export const operatorsReason = (done: string, words?: string): string =>
  words === undefined ? done + BY_OPERATOR : done + BEFORE_WORDS + words;

/**
 * Returns the words that an operator gave in the state reason of a device; null if the state reason is not an operator's, or if the operator
 * gave no words.
 *
 * @example
 * console.log(device.state, operatorsWords(device));
 */
export function operatorsWords({ stateReason }: Pick<Device, 'stateReason'>): string | null {
  const [, ...words] = stateReason?.split(BEFORE_WORDS) ?? [];
  return words.length === 0 ? null : words.join(BEFORE_WORDS);
}
