import type { MyDevice } from '../api.js';
import { explain, text, type Advice } from '../text.js';

/** What the card of a device that is not active says: what happened, why, and what its owner does about it. */
export function adviceFor({ state, stateReason, waysOn }: MyDevice): Advice | null {
  switch (state) {
    case 'producing':
      return withReason(text.interrupted, explain(stateReason));
    case 'failed': {
      const why = stateReason === 'CANCELLED' ? text.cancelled : explain(stateReason);
      const { what, todo } = text.failed;
      return withReason({ what, todo: waysOn.includes('start-again') ? text.failedCanStartAgain : todo }, why);
    }
    case 'pending':
      return waysOn.includes('go-on') ? text.pinToChoose : text.pending;
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
