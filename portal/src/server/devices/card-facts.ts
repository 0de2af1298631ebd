import type { DeviceInfo } from '@cardwright/protocol';
import type { ReasonCode } from '../reasons.js';
import type { DevicePolicy } from './device-policy.js';

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

/** Whether the card is not as its factory made it; what it does not tell is let pass. */
export const isUsed = ({ certificates, managementKey, pin, puk }: DeviceInfo): boolean =>
  certificates.length > 0 || managementKey?.isDefault === false || pin?.isDefault === false || puk?.isDefault === false;

/** What the policy asks of a model and this card can not do, if there is anything. */
export function findMismatch({ capabilities }: DeviceInfo, policy: DevicePolicy): ReasonCode | null {
  if (policy.requireAttestation && !capabilities?.attestation) return 'attestation-needed';
  if (!policy.acceptFixedManagementKey && !capabilities?.changeManagementKey) return 'management-key-fixed';
  return null;
}

/** Why a card can not be erased before it is issued; null where it can. */
export function findErasureObstacle(info: DeviceInfo, policy: DevicePolicy): ReasonCode | null {
  if (!info.capabilities?.reset) return isLocked(info) ? 'locked-for-good' : 'used-for-good';
  if (policy.reset === 'refuse') return isLocked(info) ? 'locked-erasing-refused' : 'used-erasing-refused';
  return null;
}
