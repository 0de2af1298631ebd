import { CardwrightError } from '@cardwright/protocol';
import { deviceProof } from '../card-secrets/device-proof.js';
import type { OperationContext } from '../operations/context.js';

/** Milliseconds for which an operator's approval is valid. */
const APPROVAL_LASTS = 24 * 60 * 60 * 1000;

/** Returns `APPROVAL_NEEDED` if the device can prove nothing and has no valid approval. Returns null in all other cases. */
export const findMissingProof = (context: OperationContext): CardwrightError | null =>
  context.of(deviceProof).way === 'none' && !isApproved(context) ? new CardwrightError('APPROVAL_NEEDED') : null;

/** Ends an approval that is no longer valid, so that an operator can give another approval. */
export function endOldApproval(context: OperationContext): void {
  if (!isApproved(context)) endApproval(context);
}

export function endApproval({ ownDevice }: OperationContext): void {
  if (ownDevice.row.pukApprovedAt !== null) ownDevice.change({ pukApprovedAt: null, pukApprovedBy: null });
}

/**
 * True if an operator has approved this operation in the last day. Operators approve an operation that waits, so an approval that is older than this
 * operation was for an earlier operation.
 */
function isApproved({ operation, ownDevice, records }: OperationContext): boolean {
  const { pukApprovedAt: approved } = ownDevice.row;
  return (
    approved !== null && approved >= operation.createdAt && records.now.getTime() - approved.getTime() < APPROVAL_LASTS
  );
}
