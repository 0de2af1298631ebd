import { MIN_TRIES, type DeviceInfo } from '@cardwright/protocol/devices';
import type { ReasonCode } from '../words/reasons.js';
import { wantsPiv, type DevicePolicy } from './device-policy.js';

/** For each state of a device that a host reports: the reason that nothing can be done with the device; null if it can be opened. */
export const UNREADABLE: Readonly<Record<DeviceInfo['state'], ReasonCode | null>> = {
  ready: null,
  held: 'held',
  unresponsive: 'unresponsive',
  'no-application': 'no-application',
  'contact-needed': 'contact-needed',
};

/** True if neither PIN nor PUK can be used any more. */
export const isLocked = ({ pin, puk }: DeviceInfo): boolean => pin?.blocked === true && puk?.blocked === true;

/**
 * True if the PUK, which every issuance needs to set a PIN, is blocked or has fewer than `MIN_TRIES` tries left. A PUK or retry counter that the card
 * does not report counts as good.
 */
export const isPukSpent = ({ puk }: DeviceInfo): boolean =>
  puk !== null && (puk.blocked || (puk.retriesLeft ?? MIN_TRIES) < MIN_TRIES);

/** True if the card is known to differ from its factory state. Facts that the card does not report do not count. */
export const isUsed = ({ certificates, managementKey, pin, puk }: DeviceInfo): boolean =>
  certificates.length > 0 || managementKey?.isDefault === false || pin?.isDefault === false || puk?.isDefault === false;

/** Returns the reason that a card does not fit the policy of its model; null if the card fits. */
export function findMismatch({ applications, capabilities }: DeviceInfo, policy: DevicePolicy): ReasonCode | null {
  const hasPiv = applications.includes('piv');
  // An issuance without PIV would leave the factory secrets in the card's PIV application.
  if (!wantsPiv(policy)) return hasPiv ? 'passkeys-alone' : null;
  if (!hasPiv) return 'no-piv';
  if (policy.unprovenKeys === 'refuse' && !capabilities?.attestation) return 'attestation-needed';
  if (!policy.acceptFixedManagementKey && !capabilities?.changeManagementKey) return 'management-key-fixed';
  return null;
}

/** Reasons to erase a card before it is issued, the weightiest first. */
export type ErasureCause = 'locked' | 'puk-spent' | 'used';

/** Returns the reason to erase a card that must be erased. */
export function causeOfErasure(info: DeviceInfo): ErasureCause {
  if (isLocked(info)) return 'locked';
  return isPukSpent(info) ? 'puk-spent' : 'used';
}

/**
 * Returns the reason that a card cannot be erased before it is issued; null if the card can be erased.
 *
 * @param isKnown true if the CMS knows everything that it put on the card, and could overwrite it
 */
export function findErasureObstacle(info: DeviceInfo, policy: DevicePolicy, isKnown: boolean): ReasonCode | null {
  const cause = causeOfErasure(info);
  // A card that cannot reset itself is erased by overwriting, for which the card must still accept a PUK.
  const canBeErased = info.capabilities?.reset === true || (isKnown && cause === 'used');
  if (!canBeErased) return `${cause}-for-good`;
  if (policy.reset === 'refuse') return `${cause}-erasing-refused`;
  return null;
}
