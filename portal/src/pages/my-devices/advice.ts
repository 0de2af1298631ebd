import type { MyDevice } from '../api.js';
import { formatDate, formatTime } from '../dates.js';
import { explain, text, type Advice } from '../text.js';

/** Advice for a device's owner, shown with the device. */
export interface CardAdvice extends Advice {
  /** Set if the owner should ask the help desk. The page shows the contact of the help desk with the advice. */
  readonly asksHelpDesk: boolean;
}

/** Returns advice on a device: what has happened, why, and what the owner does next. Returns null for a device that needs no advice. */
export function adviceFor({
  state,
  stateReason,
  declined,
  suspended,
  incident,
  isPukApproved,
  ownerActions,
  hasInitialPin,
  isPhone,
}: MyDevice): CardAdvice | null {
  if (suspended !== null && incident !== null && suspended.reason === null)
    return asking({
      what: text.report.suspended(text.report.reported[incident], formatDate(suspended.at)),
      todo: text.report.todo[incident],
    });
  if (suspended !== null) return asking(text.suspended(formatDate(suspended.at), suspended.reason));
  switch (state) {
    case 'active':
      if (stateReason === 'APPROVAL_NEEDED')
        return isPukApproved ? alone(text.unlockApproved) : asking(text.unlockApprovalNeeded);
      return hasInitialPin ? asking(text.initialPin) : null;
    case 'awaiting-approval':
      return alone(text.awaitingApproval);
    case 'producing':
      if (stateReason === 'APPROVAL_NEEDED') return isPukApproved ? alone(text.approved) : asking(text.approvalNeeded);
      return alone(withReason(text.interrupted, explain(stateReason)));
    case 'failed': {
      if (declined !== null) return asking(text.declined(declined));
      const why = stateReason === 'CANCELLED' ? text.cancelled : explain(stateReason);
      const { what, todo } = text.failed;
      if (ownerActions.length === 0) return asking(withReason({ what, todo: text.failedForGood }, why));
      return alone(
        withReason({ what, todo: ownerActions.includes('start-again') ? text.failedCanStartAgain : todo }, why),
      );
    }
    case 'pending':
      if (isPhone) return alone(text.notInstalled);
      return ownerActions.includes('continue') ? alone(text.pinToChoose) : asking(text.pending);
    default:
      return null;
  }
}

/** Returns advice on work that an operator asks the owner of a device for. */
export const workAdviceFor = ({ kind, reason }: MyDevice['work'][number]): CardAdvice =>
  asking(text.work.kinds[kind](reason));

/**
 * Returns advice on a one-time code that an operator issued within the last day, even if the code was used or has expired. Returns null if no
 * code was issued.
 */
export const codeAdviceFor = ({ codeIssuedAt }: MyDevice): CardAdvice | null =>
  codeIssuedAt === null ? null : asking(text.codeIssued(formatTime(codeIssuedAt)));

const asking = (advice: Advice): CardAdvice => ({ ...advice, asksHelpDesk: true });
const alone = (advice: Advice): CardAdvice => ({ ...advice, asksHelpDesk: false });

const withReason = ({ what, todo }: Advice, why: string | null): Advice => ({
  what: why === null ? what : `${what} ${why}`,
  todo,
});
