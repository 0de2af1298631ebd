import type { DeviceInfo } from '@cardwright/protocol';
import type { DeviceIdentity } from '../attestation/attestation.js';
import { dropNewer } from '../keys/escrow.js';
import type { Database } from '../store/database.js';
import type { KnownCard } from '../store/known-cards.js';
import { listGivenBack } from './device-identity.js';

/** What is left of a device that was given back: its row, and perhaps, on the card, what only the row's escrows open. */

/**
 * Whether a card that is nobody's may still have secrets of ours, and so is a used one though it does not tell. With a
 * factory PUK it could not be issued but only be blocked.
 */
export function mayHaveOurSecrets({ managementKey }: DeviceInfo, { latest, hasEscrows }: KnownCard): boolean {
  // The management key is what a card gets first: with its factory key it has none of the others.
  return managementKey?.isDefault !== true && latest?.state === 'available' && hasEscrows;
}

/** Drops the escrows of a device that proved its factory key, and who it is, in every row that was given back. */
export async function forgetGivenBack(db: Database, identity: DeviceIdentity): Promise<void> {
  for (const { id } of await listGivenBack(db, identity)) await dropNewer(db, id, undefined);
}
