import { SLOTS, type Slot } from '@cardwright/protocol/devices';
import { change } from '../change-pin/pin-change.js';
import { keyProofStep, ownKeyStep, ownWitnessStep } from '../card-secrets/device-proof.js';
import { owned, pinUsable, type CardInQuestion, type Verdict } from '../devices/eligibility.js';
import { differencesOf, mendableDifferences, type PolicyDifference } from '../devices/policy-differences.js';
import type { OperationContext } from '../operations/context.js';
import { defineOperation, inState } from '../operations/definition.js';
import { beginProof, beginRenewal, type ChosenSlots } from '../renew/begin.js';
import { installStep } from '../renew/install.js';
import { placesStep } from '../renew/places-step.js';
import { makeStep } from '../renew/make.js';
import { isDue, notEligible, renewalOf, requirePolicy } from '../renew/renewable.js';
import { removal, renewal } from '../renew/renewal-state.js';
import { requestStep } from '../renew/request.js';
import { retireStep } from '../renew/retire.js';
import { roomStep } from '../renew/room.js';
import { renewalWitnessStep, writeStep } from '../renew/write.js';
import type { DevicePolicy } from '../rules/device-policy.js';
import { PHONE, SECURITY_KEY } from '../rules/device-state.js';
import { movesKeys } from '../rules/renewed-keys.js';
import type { KnownCard } from '../store/store.js';
import type { ReasonCode } from '../words/reasons.js';
import { ownWords } from '../words/language.js';
import { pinStep } from './pin.js';
import { deleteStep, lookStep, removeStep } from './remove.js';

/** Maximum age of the proof of identity, in minutes. After that, an abandoned session or a copy of its cookie is not enough to update anything. */
const FRESH = 5;

/**
 * Brings an active device to the current policy of its model. What differs is what `differencesOf` says:
 *
 * 1. The device proves that it is the one that was issued. A card that moves keys says which slots have one.
 * 2. The owner enters the PIN once. If it may break the policy's rules, the owner chooses another one in the same window.
 * 3. Each slot that lacks a certificate, or whose key has another algorithm than the policy wants, gets a new key, as in a renewal. Certificates
 *    that are due are renewed too, and any other certificate stays.
 * 4. Each slot that the policy no longer has loses its certificate, and on a card that can delete keys also its key. The old key of 9D is retired.
 *
 * After any interruption, no certificate is good for a key that is gone, and another session continues by the policy of that moment. An update that
 * is given up revokes only the new certificates that were not read back, and a former one whose key may be gone.
 */
export const update = defineOperation({
  kind: 'update',
  title: ownWords(({ titles }) => titles.update),
  label: ownWords(({ labels }) => labels.update),
  eligibility: (card) => withWarning(owned('active').and(pinUsable)(card), card),
  isOffered: (device, { certificates, policy, asked }) =>
    device.state === 'active' &&
    device.model !== PHONE &&
    device.model !== SECURITY_KEY &&
    (asked.includes('update') ||
      (policy !== undefined && mendableDifferences(device, certificates, policy).length > 0)),
  needsFreshProof: FRESH,
  async begin(context, { policy }) {
    beginRenewal(context, chooseUpdate(context, policy));
    await beginProof(context, policy);
  },
  requireUnderWay: inState('active'),
  steps: [
    keyProofStep,
    ownWitnessStep,
    ownKeyStep,
    placesStep,
    pinStep,
    requestStep,
    // No other command may come between the card's witness and its answer.
    lookStep,
    renewalWitnessStep,
    roomStep,
    writeStep,
    makeStep,
    retireStep,
    installStep,
    removeStep,
    deleteStep,
  ],
  settle: {
    done: requireNoDifference,
    failed: ({ operation, ownDevice }) => ownDevice.endRenewals(operation.id, 'own'),
  },
});

/**
 * Chooses what a session does, by the policy of this moment. A slot for which an earlier session ordered a new key stays chosen until it has one,
 * even if the former key would fit again: that key may be gone, or in another slot.
 *
 * @throws CardwrightError `DEVICE_NOT_ELIGIBLE` if there is nothing to do
 */
function chooseUpdate(context: OperationContext, policy: DevicePolicy): ChosenSlots {
  const { info, ownDevice, records } = context;
  const { row, certificates } = ownDevice;
  const all = differencesOf(row, certificates, policy, info);
  const differing = all.filter(({ obstacle }) => obstacle === null);
  const isFallen = differing.filter(({ kind }) => kind === 'slot-gone').flatMap(slotOf);
  const toReplace = differing.filter(({ kind }) => kind !== 'slot-gone').flatMap(slotOf);
  const { slots: planned, done: before, begun } = context.of(renewal);
  const done = before.filter((slot) => !toReplace.includes(slot));
  const replaced = SLOTS.filter(
    (slot) =>
      policy.slots[slot] !== undefined && (toReplace.includes(slot) || (begun.includes(slot) && !done.includes(slot))),
  );
  const isOtherwise = all.flatMap(slotOf);
  const due = certificates.flatMap((certificate) => {
    const slot = SLOTS.find((name) => name === certificate.slot);
    const isChosen = slot && !isOtherwise.includes(slot) && !replaced.includes(slot) && !done.includes(slot);
    return isChosen && (certificate.doubtedBy !== null || isDue(certificate, policy, records.now)) ? [slot] : [];
  });
  context.keep(renewal, { done });
  context.keep(removal, { slots: isFallen, removesKeys: movesKeys(info) });
  const isPinDue = differing.some(({ kind }) => kind === 'pin-rules');
  context.keep(change, { isMade: !isPinDue });
  if (planned === null && differing.length === 0) throw notEligible('update-not-needed');
  const isMoved = movesKeys(info);
  const renewedAs = (way: 'moved' | 'overwritten'): Slot[] =>
    due.filter((slot) => renewalOf(policy, info, row, slot) === way);
  return {
    slots: SLOTS.filter((slot) => replaced.includes(slot) || due.includes(slot)),
    moved: [...(isMoved ? replaced : []), ...renewedAs('moved')],
    overwritten: [...(isMoved ? [] : replaced), ...renewedAs('overwritten')],
  };
}

const slotOf = (difference: PolicyDifference): Slot[] => (difference.kind === 'pin-rules' ? [] : [difference.slot]);

/**
 * Requires at the end that the device is as the current policy wants it.
 *
 * @throws CardwrightError `DEVICE_NOT_ELIGIBLE` if the policy has changed in the middle, so that another update is needed
 */
function requireNoDifference(context: OperationContext): void {
  const { info, ownDevice } = context;
  const left = mendableDifferences(ownDevice.row, ownDevice.certificates, requirePolicy(context), info);
  if (left.length > 0) throw notEligible('update-rules-changed');
}

/** Adds to a verdict what the owner has to know before the start: what the update loses, or leaves as it is. */
function withWarning(verdict: Verdict, { info, known }: CardInQuestion): Verdict {
  if (verdict.action === null || !verdict.device) return verdict;
  const code = warningOf(differencesOf(verdict.device, known.certificates, verdict.policy, info), info, known);
  return code === undefined ? verdict : { ...verdict, reason: { code } };
}

function warningOf(
  differences: readonly PolicyDifference[],
  info: CardInQuestion['info'],
  { certificates }: KnownCard,
): ReasonCode | undefined {
  const in9D = differences.find((difference) => difference.kind !== 'pin-rules' && difference.slot === '9D');
  if (!in9D || movesKeys(info) || !certificates.some(({ slot }) => slot === '9D')) return undefined;
  if (in9D.obstacle === 'old-key-lost') return 'update-keeps-old-key';
  if (in9D.obstacle !== null) return undefined;
  return in9D.kind === 'slot-gone' ? 'update-removes-encryption' : 'renewal-loses-old-key';
}
