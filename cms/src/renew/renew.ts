import { SLOTS, type Slot } from '@cardwright/protocol/devices';
import { certificateIn } from '../card-secrets/certified-key.js';
import { chooseProof, deviceProof, keyProofStep, ownKeyStep, ownWitnessStep } from '../card-secrets/device-proof.js';
import { expectKeys, findCandidates, ownKeysAmong } from '../card-secrets/management-authentication.js';
import { owned, pinUsable, type CardInQuestion, type Verdict } from '../devices/eligibility.js';
import type { OperationContext } from '../operations/context.js';
import { defineOperation, inState, keepState } from '../operations/definition.js';
import type { DevicePolicy } from '../rules/device-policy.js';
import { PHONE, SECURITY_KEY } from '../rules/device-state.js';
import type { KeyRenewal } from '../rules/renewed-keys.js';
import { ownWords } from '../words/language.js';
import { installStep } from './install.js';
import { placesStep } from './key-places.js';
import { makeStep } from './make.js';
import { chooseSlots, isRenewalDue, notEligible, renewalOf, requireNewKey, requireRenewable } from './renewable.js';
import { keepsKey, newKeys, renewal, unreadCertificates, type CardCertificate } from './renewal-state.js';
import { requestStep, slotsThatProve } from './request.js';
import { retireStep } from './retire.js';
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
  isOffered: ({ state, model }, facts) =>
    state === 'active' &&
    model !== PHONE &&
    model !== SECURITY_KEY &&
    (facts.asked.includes('renew') || isRenewalDue(facts, facts.now)),
  needsFreshProof: FRESH,
  async begin(context, { policy }) {
    chooseRenewal(context, policy);
    const found = await findCandidates(context, policy, context.info);
    const own = ownKeysAmong(found);
    chooseProof(context, own);
    requireProvingKey(context);
    // The card proves its management key once in a session: as the proof of the device, or before it is written to.
    if (context.of(deviceProof).way !== 'management-key')
      expectKeys(context, context.ownDevice.row.managementKey === 'own' ? own : found);
  },
  requireUnderWay: inState('active'),
  steps: [
    keyProofStep,
    ownWitnessStep,
    ownKeyStep,
    placesStep,
    requestStep,
    renewalWitnessStep,
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
  const isLost = device && policy.slots['9D'] !== undefined && renewalOf(policy, info, device, '9D') === 'overwritten';
  return isLost ? { ...verdict, reason: { code: 'renewal-loses-old-key' } } : verdict;
}

/**
 * Chooses the slots at the first start. When the renewal is resumed, the current policy judges it again: slots that the policy no longer has are left
 * out, and certificates that it would issue for another time are issued again.
 */
function chooseRenewal(context: OperationContext, policy: DevicePolicy): void {
  const { operation, ownDevice } = context;
  const replaced = (way: KeyRenewal): Slot[] =>
    SLOTS.filter((slot) => renewalOf(policy, context.info, ownDevice.row, slot) === way);
  context.keep(newKeys, { moved: replaced('moved'), overwritten: replaced('overwritten') });
  const { slots: chosen, done, days } = context.of(renewal);
  const slots = chosen?.filter((slot) => policy.slots[slot] !== undefined) ?? chooseSlots(context, policy);
  context.keep(renewal, { slots });
  for (const slot of slots) if (!done.includes(slot) && keepsKey(context, slot)) requireRenewable(context, slot);
  const isUnfit = (certificate: CardCertificate): boolean => {
    const { slot, algorithm, keyHash, proof } = certificate;
    if (!slots.includes(slot) || days !== policy.certificateDays) return true;
    const isForKept = keyHash !== null && keyHash === certificateIn(context, slot)?.keyHash;
    if (keepsKey(context, slot)) return !isForKept || requireRenewable(context, slot).proof !== proof;
    return isForKept || algorithm !== policy.slots[slot] || requireNewKey(context, slot, certificate) !== proof;
  };
  ownDevice.supersede(unreadCertificates(context).filter(isUnfit), operation.id);
}

/**
 * Requires that a card which proves itself by a key that is renewed has one that is certainly there. An interruption may have left none, if the only
 * key was to be overwritten.
 */
function requireProvingKey(context: OperationContext): void {
  if (context.of(deviceProof).way !== 'none' || slotsThatProve(context).length > 0) return;
  if (unreadCertificates(context).length === 0) throw notEligible('renewal-device-unknown');
}
