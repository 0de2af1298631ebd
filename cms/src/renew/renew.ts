import { SLOTS, type Slot } from '@cardwright/protocol/devices';
import { keyProofStep, ownKeyStep, ownWitnessStep } from '../card-secrets/device-proof.js';
import { owned, pinUsable, type CardInQuestion, type Verdict } from '../devices/eligibility.js';
import type { OperationContext } from '../operations/context.js';
import { defineOperation, inState, keepState } from '../operations/definition.js';
import type { DevicePolicy } from '../rules/device-policy.js';
import { PHONE, SECURITY_KEY } from '../rules/device-state.js';
import { isOldKeyGone } from '../devices/key-in-9d.js';
import type { KeyRenewal } from '../rules/renewed-keys.js';
import { ownWords } from '../words/language.js';
import { beginProof, beginRenewal, type ChosenSlots } from './begin.js';
import { installStep } from './install.js';
import { placesStep } from './places-step.js';
import { makeStep } from './make.js';
import { chooseSlots, isRenewalDue, renewalOf } from './renewable.js';
import { renewal } from './renewal-state.js';
import { requestStep } from './request.js';
import { retireStep } from './retire.js';
import { roomStep } from './room.js';
import { renewalWitnessStep, writeStep } from './write.js';

/** Maximum age of the proof of identity, in minutes. After that, an abandoned session or a copy of its cookie is not enough to renew anything. */
const FRESH = 5;

/**
 * Renews the certificates of an active device, before or after they expire. By the device policy, the key of a slot stays, or is replaced:
 *
 * 1. The device proves that it is the one that was issued. A card that moves keys says which slots have one.
 * 2. The owner enters the PIN once, and each certified key that stays signs a request. The new certificates are on hold.
 * 3. The CHUID gets its new expiry, with the same GUID. Each new certificate is written and read back: it becomes good, and the former one is
 *    superseded.
 * 4. One slot after the other gets its new key: it is made in slot 95 and certified on hold, the old key of 9D is retired and any other old key
 *    deleted, the new key is moved to its slot, and its certificate is written and read back.
 *
 * Keys that stay work throughout. After any interruption, no certificate is good for a key that is gone. A renewal that is given up revokes only the
 * new certificates that were not read back, and a former one whose key may be gone.
 */
export const renew = defineOperation({
  kind: 'renew',
  title: ownWords(({ titles }) => titles.renew),
  label: ownWords(({ labels }) => labels.renew),
  eligibility: (card) => withLoss(owned('active').and(pinUsable)(card), card),
  isOffered: (device, facts) =>
    device.state === 'active' &&
    device.model !== PHONE &&
    device.model !== SECURITY_KEY &&
    (facts.asked.includes('renew') || isRenewalDue(facts, device, facts.now)),
  needsFreshProof: FRESH,
  async begin(context, { policy }) {
    beginRenewal(context, chooseRenewal(context, policy));
    await beginProof(context, policy);
  },
  requireUnderWay: inState('active'),
  steps: [
    keyProofStep,
    ownWitnessStep,
    ownKeyStep,
    placesStep,
    requestStep,
    renewalWitnessStep,
    roomStep,
    writeStep,
    makeStep,
    retireStep,
    installStep,
  ],
  settle: { done: keepState, failed: ({ operation, ownDevice }) => ownDevice.endRenewals(operation.id, 'own') },
});

/** Adds to a verdict what the renewal of a card loses: by the policy, its key in 9D is replaced although the card can keep no old key. */
function withLoss(verdict: Verdict, { info }: CardInQuestion): Verdict {
  if (verdict.action === null || !info.certificates.includes('9D')) return verdict;
  const { device, policy } = verdict;
  const isLost =
    device &&
    !isOldKeyGone(device) &&
    policy.slots['9D'] !== undefined &&
    renewalOf(policy, info, device, '9D') === 'overwritten';
  return isLost ? { ...verdict, reason: { code: 'renewal-loses-old-key' } } : verdict;
}

/** Chooses the slots at the first start. When the renewal is resumed, leaves out slots that the policy no longer has. */
function chooseRenewal(context: OperationContext, policy: DevicePolicy): ChosenSlots {
  const { info, ownDevice } = context;
  const renewedAs = (way: KeyRenewal): Slot[] =>
    SLOTS.filter((slot) => renewalOf(policy, info, ownDevice.row, slot) === way);
  const [moved, overwritten] = [renewedAs('moved'), renewedAs('overwritten')];
  const planned = context.of(renewal).slots?.filter((slot) => policy.slots[slot] !== undefined);
  return { slots: planned ?? chooseSlots(context, policy, [...moved, ...overwritten]), moved, overwritten };
}
