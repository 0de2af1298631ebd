import { createHash, randomUUID } from 'node:crypto';
import { CardwrightError, decodeBytes, validate } from '@cardwright/protocol';
import { escrowContent, unseal, type EscrowContent, type SealContext } from '@cardwright/protocol/sealing';
import type { DeviceRecord } from '../store/device-record.js';
import type { Escrow } from '../store/rows.js';
import type { KeyRing } from '../keys/key-ring.js';
import { managementKeyLength, type ManagementKey } from '../keys/management-key.js';

/** New secrets of a card, sealed to the CMS, as the host returned them from `credentials.prepare`. */
export interface NewEscrow {
  readonly operationId: string;
  /** Compact JWE from the host. */
  readonly sealed: string;
  readonly context: SealContext;
  /** SHA-256 of `sealed`, as the host computed it, base64url. */
  readonly digest: string;
}

/**
 * Opens an escrow, and adds it to a device. An escrow that cannot be opened is not added, because it would be useless later.
 *
 * @returns the id of the escrow
 * @throws CardwrightError as `checkEscrow` does
 */
export async function keepEscrow(
  device: DeviceRecord,
  keys: KeyRing,
  { operationId, sealed, context, digest }: NewEscrow,
  createdAt: Date,
): Promise<string> {
  const { managementKey } = await checkEscrow({ sealed, context, digest }, keys);
  const id = randomUUID();
  device.addEscrow({
    id,
    deviceId: device.row.id,
    operationId,
    sealed,
    context,
    sha256: digest,
    createdAt,
    appliedAt: null,
    managementKeyDroppedAt: managementKey ? null : createdAt,
    pukDroppedAt: null,
    pukTries: [],
  });
  return id;
}

/**
 * Opens an escrow that a host has just sealed.
 *
 * @throws CardwrightError `ESCROW_MISMATCH` if the digest differs; `SECRET_REFUSED` if the escrow is not sealed to the CMS in this context, or
 * its management key has the wrong length; `INVALID_PARAMS` if the content is no escrow
 */
export async function checkEscrow(
  { sealed, context, digest }: Pick<NewEscrow, 'sealed' | 'context' | 'digest'>,
  keys: Pick<KeyRing, 'sealingKey'>,
): Promise<EscrowContent> {
  const sha256 = createHash('sha256').update(sealed, 'ascii').digest('base64url');
  if (sha256 !== digest) throw new CardwrightError('ESCROW_MISMATCH');
  return open(sealed, context, keys);
}

/**
 * Opens a stored escrow, for the server's own use.
 *
 * @example
 * const { puk } = await openEscrow(escrow, keys);
 */
export const openEscrow = ({ sealed, context }: Escrow, keys: KeyRing): Promise<EscrowContent> =>
  open(sealed, context, keys);

/** Returns the management key in an escrow; null if the escrow has none, because the card keeps its present key. */
export async function escrowedManagementKey(escrow: Escrow, keys: KeyRing): Promise<ManagementKey | null> {
  const { managementKey } = await openEscrow(escrow, keys);
  return managementKey && { algorithm: managementKey.algorithm, key: decodeBytes(managementKey.key) };
}

async function open(sealed: string, context: SealContext, keys: Pick<KeyRing, 'sealingKey'>): Promise<EscrowContent> {
  const plaintext = await unseal(sealed, keys.sealingKey, context);
  const content = validate(escrowContent, JSON.parse(new TextDecoder().decode(plaintext)));
  const { managementKey } = content;
  if (managementKey && decodeBytes(managementKey.key).length !== managementKeyLength(managementKey.algorithm))
    throw new CardwrightError('SECRET_REFUSED');
  return content;
}
