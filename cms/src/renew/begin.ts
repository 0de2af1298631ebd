import type { Slot } from '@cardwright/protocol/devices';
import { certificateIn } from '../card-secrets/certified-key.js';
import { chooseProof, deviceProof } from '../card-secrets/device-proof.js';
import { expectKeys, findCandidates, ownKeysAmong } from '../card-secrets/management-authentication.js';
import type { OperationContext } from '../operations/context.js';
import type { DevicePolicy } from '../rules/device-policy.js';
import { isToAttest } from './attested-key.js';
import { notEligible, requireNewKey, requirePolicy, requireRenewable } from './renewable.js';
import { keepsKey, newKeys, renewal, unreadCertificates, type CardCertificate } from './renewal-state.js';
import { slotsThatProve } from './request.js';

/** The slots that a session gives new certificates, and those among them whose keys it replaces. */
export interface ChosenSlots {
  readonly slots: readonly Slot[];
  readonly moved: readonly Slot[];
  readonly overwritten: readonly Slot[];
}

/**
 * Begins a session with the chosen slots. The current policy judges again what an earlier session has left on hold: certificates that it would not
 * issue, or would issue for another time, are issued again.
 */
export function beginRenewal(context: OperationContext, { slots, moved, overwritten }: ChosenSlots): void {
  const { operation, ownDevice } = context;
  const policy = requirePolicy(context);
  context.keep(newKeys, { moved: [...moved], overwritten: [...overwritten] });
  context.keep(renewal, { slots: [...slots] });
  const { done, days } = context.of(renewal);
  for (const slot of slots) if (!done.includes(slot) && keepsKey(context, slot)) requireRenewable(context, slot);
  const isUnfit = (certificate: CardCertificate): boolean => {
    const { slot, algorithm, keyHash, proof } = certificate;
    if (!slots.includes(slot) || days !== policy.certificateDays) return true;
    const isForKept = keyHash !== null && keyHash === certificateIn(context, slot)?.keyHash;
    if (keepsKey(context, slot))
      return !isForKept || isToAttest(context, slot) || requireRenewable(context, slot).proof !== proof;
    return isForKept || algorithm !== policy.slots[slot] || requireNewKey(context, slot, certificate) !== proof;
  };
  ownDevice.supersede(unreadCertificates(context).filter(isUnfit), operation.id);
}

/** Chooses how the device proves itself in this session. Called after `beginRenewal`. */
export async function beginProof(context: OperationContext, policy: DevicePolicy): Promise<void> {
  const found = await findCandidates(context, policy, context.info);
  const own = ownKeysAmong(found);
  chooseProof(context, own);
  requireProvingKey(context);
  // The card proves its management key once in a session: as the proof of the device, or before it is written to.
  if (context.of(deviceProof).way !== 'management-key')
    expectKeys(context, context.ownDevice.row.managementKey === 'own' ? own : found);
}

/**
 * Requires that a card which proves itself by a certified key has one that is certainly there. An interruption may have left none, if the only
 * key was to be overwritten.
 */
function requireProvingKey(context: OperationContext): void {
  if (context.of(deviceProof).way !== 'none' || slotsThatProve(context).length > 0) return;
  if (unreadCertificates(context).length === 0) throw notEligible('renewal-device-unknown');
}
