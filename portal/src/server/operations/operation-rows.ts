import { randomUUID } from 'node:crypto';
import { CardwrightError, sessionIdOf, type StartRequest } from '@cardwright/protocol';
import { and, eq, or } from 'drizzle-orm';
import type { Permission } from '../devices/eligibility.js';
import type { Database } from '../store/database.js';
import { operations, type Operation, type User } from '../store/schema.js';

/** The user's running operation on this card: by its device row, else by what the card showed or was given. */
export async function findBrokenOff(
  db: Database,
  user: User,
  { kind, device }: StartRequest,
  { device: known }: Permission,
): Promise<Operation | undefined> {
  const sameCard = [
    ...(known ? [eq(operations.deviceId, known.id)] : []),
    ...(device.serial === null ? [] : [eq(operations.cardSerial, cardSerialOf(device))]),
    ...(device.guid === null ? [] : [eq(operations.guid, device.guid)]),
  ];
  // A blank card without a serial can not be told from another: it begins anew.
  if (sameCard.length === 0) return undefined;
  const [row] = await db
    .select()
    .from(operations)
    .where(
      and(eq(operations.userId, user.id), eq(operations.kind, kind), eq(operations.status, 'running'), or(...sameCard)),
    )
    .orderBy(operations.createdAt)
    .for('update');
  return row;
}

/** Begins a row for an operation that no session has yet. */
export async function insertOperation(
  db: Database,
  user: User,
  { kind, device, host }: StartRequest,
  { device: known }: Permission,
): Promise<Operation> {
  const [row] = await db
    .insert(operations)
    .values({
      id: randomUUID(),
      kind,
      userId: user.id,
      deviceId: known?.id ?? null,
      cardSerial: device.serial === null ? null : cardSerialOf(device),
      guid: known?.guid ?? randomUUID(),
      status: 'running',
      stepNumber: 0,
      stepMethods: [],
      session: await sessionIdOf(host.key),
      state: {},
    })
    .returning();
  return row ?? missing();
}

/**
 * An operation of this user; locks the row until the transaction ends.
 *
 * @throws CardwrightError `OPERATION_NOT_FOUND`
 */
export async function lockOperation(db: Database, user: User, id: string): Promise<Operation> {
  const [row] = await db
    .select()
    .from(operations)
    .where(and(eq(operations.id, id), eq(operations.userId, user.id)))
    .for('update');
  if (!row) throw new CardwrightError('OPERATION_NOT_FOUND');
  return row;
}

/** Changes an operation's row and returns it as it is then. */
export async function updateOperation(
  db: Database,
  id: string,
  values: Partial<typeof operations.$inferInsert>,
): Promise<Operation> {
  const [row] = await db
    .update(operations)
    .set({ ...values, updatedAt: new Date() })
    .where(eq(operations.id, id))
    .returning();
  return row ?? missing();
}

/** A serial number is one of its model. */
const cardSerialOf = ({ model, serial }: StartRequest['device']): string => `${model} ${serial ?? ''}`;

function missing(): never {
  throw new Error('a row that was just written is missing');
}
