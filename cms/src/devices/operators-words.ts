import type { Device } from '../store/rows.js';

const BY_OPERATOR = ' by an operator';
const BEFORE_WORDS = `${BY_OPERATOR}: `;

/**
 * The reason that a device's row has for what an operator did to it.
 *
 * @param done what was done, as a participle
 * @param words the operator's own, where there are any
 */
export const operatorsReason = (done: string, words?: string): string =>
  words === undefined ? done + BY_OPERATOR : done + BEFORE_WORDS + words;

/** What an operator wrote when bringing a device into its state; null where no operator did, or wrote nothing. */
export function operatorsWords({ stateReason }: Pick<Device, 'stateReason'>): string | null {
  const [, ...words] = stateReason?.split(BEFORE_WORDS) ?? [];
  return words.length === 0 ? null : words.join(BEFORE_WORDS);
}
