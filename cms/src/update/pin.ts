import { deviceProof } from '../card-secrets/device-proof.js';
import { change, pinChange, preparePinChange } from '../change-pin/pin-change.js';
import type { OperationContext } from '../operations/context.js';
import type { Step } from '../operations/definition.js';
import { whenUserStops } from '../operations/ended-by-user.js';
import { PHASES, removal, renewal, requests, slotsToRemove } from '../renew/renewal-state.js';
import { giveUp, notePin, verifiedPin } from '../renew/request.js';

/**
 * Step in which the owner enters the PIN, once for all keys of the session. If the PIN may break the policy's rules, the owner enters another one in
 * the same window, which the host then remembers. A device that could prove itself in no other way signs first, in the step for requests.
 */
export const pinStep: Step = {
  name: 'update-pin',
  phase: PHASES.pin,
  progress: 13,
  waitsForUser: true,
  slices: [change, deviceProof, requests, renewal, removal],
  needed: (context) => {
    const isKnown = context.of(deviceProof).way !== 'none' || context.of(requests).isSigned;
    const { hasPin } = context.of(requests);
    return isKnown && (!context.of(change).isMade || (!hasPin && isAnythingLeft(context)));
  },
  prepare: (context) => {
    if (!context.of(change).isMade) preparePinChange(context);
  },
  calls: (context) => [context.of(change).isMade ? verifiedPin(context) : pinChange(context, () => notePin(context))],
  errors: { ...whenUserStops(giveUp), PIN_RULES_CONFLICT: giveUp, WINDOW_NOT_ALLOWED: giveUp },
};

function isAnythingLeft(context: OperationContext): boolean {
  const { slots, done } = context.of(renewal);
  return slots?.some((slot) => !done.includes(slot)) === true || slotsToRemove(context).length > 0;
}
