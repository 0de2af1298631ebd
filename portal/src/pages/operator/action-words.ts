import type { Action } from '../api.js';
import { operatorText } from '../operator-text.js';

/** The words and the style of an action on the operator's page. */
interface ActionWords {
  /** Label of the button. */
  readonly label: string;
  /** Words for the outcome, before the name of the device. */
  readonly done: string;
  /** Words for the consequence, which a dialog shows before the action. Left out if the action needs no dialog. */
  readonly consequence?: string;
  /** Set if the action is irreversible, so that the operator has to confirm it. */
  readonly isFinal: boolean;
  /** Set if the action is the usual one for a waiting device, so that its button stands out. */
  readonly isUsual: boolean;
}

const FINAL: ReadonlySet<Action['name']> = new Set<Action['name']>(['terminate']);
const USUAL: ReadonlySet<Action['name']> = new Set<Action['name']>([
  'approve',
  'approve-puk',
  'approve-unlock',
  'activate',
]);

export const wordsOf = (action: Action['name']): ActionWords => ({
  ...operatorText.actions.byName[action],
  isFinal: FINAL.has(action),
  isUsual: USUAL.has(action),
});
