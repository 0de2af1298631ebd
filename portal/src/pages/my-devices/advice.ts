import type { MyDevice } from '../api.js';
import { explain, text, type Advice } from '../text.js';

/** What the tile of a device says that is not simply active: what happened, why, and what its owner does about it. */
export function adviceFor({
  state,
  stateReason,
  declined,
  isPukApproved,
  ownerActions,
  hasInitialPin,
}: MyDevice): Advice | null {
  switch (state) {
    case 'active':
      return hasInitialPin ? text.initialPin : null;
    case 'awaiting-approval':
      return text.awaitingApproval;
    case 'producing':
      if (stateReason === 'APPROVAL_NEEDED') return isPukApproved ? text.approved : text.approvalNeeded;
      return withReason(text.interrupted, explain(stateReason));
    case 'failed': {
      if (declined !== null) return text.declined(declined);
      const why = stateReason === 'CANCELLED' ? text.cancelled : explain(stateReason);
      const { what, todo } = text.failed;
      return withReason({ what, todo: ownerActions.includes('start-again') ? text.failedCanStartAgain : todo }, why);
    }
    case 'pending':
      return ownerActions.includes('continue') ? text.pinToChoose : text.pending;
    case 'suspended':
      return text.suspended;
    default:
      return null;
  }
}

const withReason = ({ what, todo }: Advice, why: string | null): Advice => ({
  what: why === null ? what : `${what} ${why}`,
  todo,
});
