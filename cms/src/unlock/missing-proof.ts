import { CardwrightError } from '@cardwright/protocol';
import { deviceProof } from '../card-secrets/device-proof.js';
import type { OperationContext } from '../operations/context.js';

/** Milliseconds for which an operator's approval is valid. An approval is given for one operation. */
const APPROVAL_LASTS = 24 * 60 * 60 * 1000;

/** Returns `APPROVAL_NEEDED` if a device that can prove nothing has no approval of the last 24 hours; null otherwise. */
export function findMissingProof(context: OperationContext): CardwrightError | null {
  if (context.of(deviceProof).way !== 'none') return null;
  const { pukApprovedAt } = context.ownDevice.row;
  const isApproved = pukApprovedAt !== null && context.records.now.getTime() - pukApprovedAt.getTime() < APPROVAL_LASTS;
  return isApproved ? null : new CardwrightError('APPROVAL_NEEDED');
}
