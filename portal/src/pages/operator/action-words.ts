import type { Action } from '../api.js';
import { operatorText } from './operator-text.js';

/** What the operator's page says about an action, and how it looks. */
interface ActionWords {
  /** The button. */
  readonly label: string;
  /** What the page says afterwards, before the name of the device. */
  readonly done: string;
  /** What it does, where the operator is asked first. */
  readonly consequence?: string;
  /** Whether nothing takes it back: then the operator has to say that it is meant. */
  readonly isFinal: boolean;
  /** Whether it is what a device that waits should get. */
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
