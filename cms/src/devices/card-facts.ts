import { MIN_TRIES, type DeviceInfo } from '@cardwright/protocol';
import { wantsPiv, type DevicePolicy } from '../policies/device-policy.js';
import type { ReasonCode } from '../words/reasons.js';

/** What the host's facts about a card mean for an issuance, whoever has the card. */

/** Why nothing can be done with what is in the reader; null where it can be opened. */
export const UNREADABLE: Readonly<Record<DeviceInfo['state'], ReasonCode | null>> = {
  ready: null,
  held: 'held',
  unresponsive: 'unresponsive',
  'no-application': 'no-application',
  'contact-needed': 'contact-needed',
};

/** Whether neither PIN nor PUK can be used any more. */
export const isLocked = ({ pin, puk }: DeviceInfo): boolean => pin?.blocked === true && puk?.blocked === true;

/** Whether the PUK, which every issuance needs to set a PIN, is unusable. False for a card that does not tell. */
export const isPukSpent = ({ puk }: DeviceInfo): boolean =>
  puk !== null && (puk.blocked || (puk.retriesLeft ?? MIN_TRIES) < MIN_TRIES);

/** Whether the card is known to differ from its factory state. What it does not tell does not count. */
export const isUsed = ({ certificates, managementKey, pin, puk }: DeviceInfo): boolean =>
  certificates.length > 0 || managementKey?.isDefault === false || pin?.isDefault === false || puk?.isDefault === false;

/** What the policy asks of a model and this card cannot do; null where it can do everything. */
export function findMismatch({ applications, capabilities }: DeviceInfo, policy: DevicePolicy): ReasonCode | null {
  const hasPiv = applications.includes('piv');
  // Left as it came, its PIV application would have the factory's secrets.
  if (!wantsPiv(policy)) return hasPiv ? 'passkeys-alone' : null;
  if (!hasPiv) return 'no-piv';
  if (policy.unprovenKeys === 'refuse' && !capabilities?.attestation) return 'attestation-needed';
  if (!policy.acceptFixedManagementKey && !capabilities?.changeManagementKey) return 'management-key-fixed';
  return null;
}

/** Why a card is to be erased before it is issued, the weightiest first. */
export type ErasureCause = 'locked' | 'puk-spent' | 'used';

/** The cause, of a card that is known to have one. */
export function causeOfErasure(info: DeviceInfo): ErasureCause {
  if (isLocked(info)) return 'locked';
  return isPukSpent(info) ? 'puk-spent' : 'used';
}

/**
 * Why a card cannot be erased before it is issued; null where it can.
 *
 * @param isKnown whether the CMS knows all that it put on the card, and could write it over
 */
export function findErasureObstacle(info: DeviceInfo, policy: DevicePolicy, isKnown: boolean): ReasonCode | null {
  const cause = causeOfErasure(info);
  // To be written over, a card has to take a PUK.
  const canBeErased = info.capabilities?.reset === true || (isKnown && cause === 'used');
  if (!canBeErased) return `${cause}-for-good`;
  if (policy.reset === 'refuse') return `${cause}-erasing-refused`;
  return null;
}
