import { Independence } from '../../portal/src/server/accounts/independence.js';
import { playHistory, seeded, type DoneAct, type Judge } from './people-and-power.js';

/** Judges as the portal does. @param kept leaves out, or changes, acts that a portal without one of its rules would not have */
export const judgeOf = (
  kept: (act: DoneAct) => DoneAct[] = (act) => [act],
  mayActAlone: Judge['mayActAlone'] = () => false,
): Judge => {
  const after = (acts: readonly DoneAct[]) => new Independence(acts.flatMap(kept));
  return {
    mayConfirmAccount: (acts, account, by) => after(acts).mayConfirm(account, by),
    mayConfirmProposal: (acts, proposal, author, by) => after(acts).sharedWithAuthor(proposal, author, by).length === 0,
    mayActAlone,
  };
};

/** Leaves out the acts of one kind, as a portal without this rule would. */
export const without =
  (what: DoneAct['what']) =>
  (act: DoneAct): DoneAct[] =>
    act.what !== what ? [act] : what === 'made' ? [{ ...act, kind: 'appointed' }] : [];

const STEPS = 8;

/** Returns the first history out of `many` in which one person alone widens trust, with its number. */
export function findWay(judge: Judge, many: number): readonly string[] | null {
  const random = seeded(53);
  for (let history = 0; history < many; history++) {
    const found = playHistory(random, judge, STEPS);
    if (found) return found;
  }
  return null;
}
