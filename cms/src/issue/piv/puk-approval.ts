import { CardwrightError } from '@cardwright/protocol';
import { findPuk, pukPairOf } from '../../card-secrets/puk.js';
import type { OperationContext } from '../../operations/context.js';
import { openFactorySecrets } from '../../policies/policies.js';
import { currentEscrow, proof } from '../issue-state.js';

/**
 * Returns `APPROVAL_NEEDED` if the next PUK to send is a confidential factory PUK, the device has not proved its identity in this session, and no
 * operator has approved the PUK for this device. Returns null in all other cases. A device that has proved its identity needs no approval, because it
 * is a genuine card. (Whoever has manipulated the host could still read the PUK.)
 */
export async function findMissingApproval(context: OperationContext): Promise<CardwrightError | null> {
  if (context.of(proof).shown?.identity || context.ownDevice.row.pukApprovedAt) return null;
  const { confidential } = await openFactorySecrets(await context.currentPolicy(), context.services.store.keys);
  if (!confidential) return null;
  const puk = await findPuk(context, pukPairOf(context.ownDevice, currentEscrow(context)));
  return puk === 'factory' ? new CardwrightError('APPROVAL_NEEDED') : null;
}
