import { createHash, randomUUID } from 'node:crypto';
import {
  CardwrightError,
  decodeBytes,
  escrowContent,
  unseal,
  validate,
  type EscrowContent,
  type SealContext,
} from '@cardwright/protocol';
import { and, desc, eq, gt, isNull, lt } from 'drizzle-orm';
import type { Database } from '../store/database.js';
import { escrows, type Escrow } from '../store/schema.js';
import type { KeyRing } from './key-ring.js';
import { managementKeyLength, type ManagementKey } from './management-key.js';
import type { KeptPukTry } from './puk-choice.js';

/** What is on a card, or may be: sealed by the host to the portal before the card was changed. */
export interface NewEscrow {
  readonly deviceId: string;
  readonly operationId: string;
  /** Compact JWE as the host made it. */
  readonly sealed: string;
  readonly context: SealContext;
  /** SHA-256 that the host computed, base64url. */
  readonly digest: string;
}

/**
 * Stores an escrow, after it was opened once: what can not be opened is of no use later.
 *
 * @throws CardwrightError `SECRET_REFUSED` when it is not sealed to the portal in this context, `ESCROW_MISMATCH` when the
 * digest is another
 */
export async function storeEscrow(db: Database, keys: KeyRing, escrow: NewEscrow): Promise<Escrow> {
  const sha256 = createHash('sha256').update(escrow.sealed, 'ascii').digest('base64url');
  if (sha256 !== escrow.digest) throw new CardwrightError('ESCROW_MISMATCH');
  await open(escrow.sealed, escrow.context, keys);
  const { deviceId, operationId, sealed, context } = escrow;
  const [row] = await db
    .insert(escrows)
    .values({ id: randomUUID(), deviceId, operationId, sealed, context, sha256 })
    .returning();
  if (!row) throw new Error('the escrow was not stored');
  return row;
}

/** Opens a stored escrow; for the server's own use. */
export const openEscrow = (escrow: Escrow, keys: KeyRing): Promise<EscrowContent> =>
  open(escrow.sealed, escrow.context, keys);

/** The management key of an escrow; null where the card keeps the configured one. */
export async function escrowedManagementKey(escrow: Escrow, keys: KeyRing): Promise<ManagementKey | null> {
  const { managementKey } = await openEscrow(escrow, keys);
  return managementKey && { algorithm: managementKey.algorithm, key: decodeBytes(managementKey.key) };
}

async function open(sealed: string, context: SealContext, keys: KeyRing): Promise<EscrowContent> {
  const plaintext = await unseal(sealed, keys.sealingKey, context);
  const content = validate(escrowContent, JSON.parse(new TextDecoder().decode(plaintext)));
  const { managementKey } = content;
  if (managementKey && decodeBytes(managementKey.key).length !== managementKeyLength(managementKey.algorithm))
    throw new CardwrightError('SECRET_REFUSED');
  return content;
}

/** The escrows of which one may be on the card, newest first. */
export async function listEscrows(db: Database, deviceId: string): Promise<Escrow[]> {
  return db
    .select()
    .from(escrows)
    .where(and(eq(escrows.deviceId, deviceId), isNull(escrows.droppedAt)))
    .orderBy(desc(escrows.sequence));
}

/** All of an escrow is on the card, says the host: the older ones are not. */
export async function markApplied(db: Database, { id, deviceId, sequence }: Escrow): Promise<void> {
  await db.update(escrows).set({ appliedAt: new Date(), pukTries: [] }).where(eq(escrows.id, id));
  await drop(db, and(eq(escrows.deviceId, deviceId), lt(escrows.sequence, sequence)));
}

/** Remembers, over all sessions, which PUKs were tried while this escrow was on its way to the card. */
export async function keepPukTries(db: Database, { id }: Escrow, pukTries: readonly KeptPukTry[]): Promise<void> {
  await db
    .update(escrows)
    .set({ pukTries: [...pukTries] })
    .where(eq(escrows.id, id));
}

/** An escrow's management key was proved on the card (`undefined`: the factory key): the newer ones were never applied. */
export async function dropNewer(db: Database, deviceId: string, proved: Escrow | undefined): Promise<void> {
  await drop(db, and(eq(escrows.deviceId, deviceId), proved ? gt(escrows.sequence, proved.sequence) : undefined));
}

async function drop(db: Database, which: ReturnType<typeof and>): Promise<void> {
  await db
    .update(escrows)
    .set({ droppedAt: new Date() })
    .where(and(which, isNull(escrows.droppedAt)));
}
