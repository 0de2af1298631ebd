import { chooseProof, deviceProof, keyProofStep, ownKeyStep, ownWitnessStep } from '../card-secrets/device-proof.js';
import { expectKeys, findCandidates, ownKeysAmong } from '../card-secrets/management-authentication.js';
import { owned, pinUsable } from '../devices/eligibility.js';
import type { OperationContext } from '../operations/context.js';
import { defineOperation, inState, keepState } from '../operations/definition.js';
import type { DevicePolicy } from '../rules/device-policy.js';
import { PHONE, SECURITY_KEY } from '../rules/device-state.js';
import { ownWords } from '../words/language.js';
import { chooseSlots, isRenewalDue, requireRenewable } from './renewable.js';
import { renewal, unreadCertificates } from './renewal-state.js';
import { requestStep } from './request.js';
import { renewalWitnessStep, writeStep } from './write.js';

/** Maximum age of the proof of identity, in minutes. After that, an abandoned session or a copy of its cookie is not enough to renew anything. */
const FRESH = 5;

/**
 * Renews the certificates of an active device for the keys that it has, before or after they expire:
 *
 * 1. The device proves that it is the one that was issued.
 * 2. The owner enters the PIN once, and each certified key signs a request. The new certificates are on hold.
 * 3. The CHUID gets its new expiry, with the same GUID. Each new certificate is written and read back: it becomes good, and the former one is
 *    superseded.
 *
 * The keys work throughout. After any interruption, each slot has one good certificate for its key. A renewal that is given up revokes only the new
 * certificates that were not read back.
 */
export const renew = defineOperation({
  kind: 'renew',
  title: ownWords(({ titles }) => titles.renew),
  label: ownWords(({ labels }) => labels.renew),
  eligibility: owned('active').and(pinUsable),
  isOffered: ({ state, model }, facts) =>
    state === 'active' && model !== PHONE && model !== SECURITY_KEY && isRenewalDue(facts, facts.now),
  needsFreshProof: FRESH,
  async begin(context, { policy }) {
    chooseRenewal(context, policy);
    const found = await findCandidates(context, policy, context.info);
    const own = ownKeysAmong(found);
    chooseProof(context, own);
    // The card proves its management key once in a session: as the proof of the device, or before it is written to.
    if (context.of(deviceProof).way !== 'management-key')
      expectKeys(context, context.ownDevice.row.managementKey === 'own' ? own : found);
  },
  requireUnderWay: inState('active'),
  steps: [keyProofStep, ownWitnessStep, ownKeyStep, requestStep, renewalWitnessStep, writeStep],
  settle: { done: keepState, failed: ({ operation, ownDevice }) => ownDevice.endRenewals(operation.id, 'own') },
});

/**
 * Chooses the slots at the first start. When the renewal is resumed, the current policy judges it again: slots that the policy no longer has are left
 * out, and certificates that it would issue for another time are issued again.
 */
function chooseRenewal(context: OperationContext, policy: DevicePolicy): void {
  const { operation, ownDevice } = context;
  const { slots: chosen, done, days } = context.of(renewal);
  const slots = chosen?.filter((slot) => policy.slots[slot] !== undefined) ?? chooseSlots(context, policy);
  context.keep(renewal, { slots });
  for (const slot of slots) if (!done.includes(slot)) requireRenewable(context, slot);
  const unfit = unreadCertificates(context).filter(
    ({ slot, proof }) =>
      !slots.includes(slot) || days !== policy.certificateDays || requireRenewable(context, slot).proof !== proof,
  );
  ownDevice.supersede(unfit, operation.id);
}
