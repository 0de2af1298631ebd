import { randomUUID } from 'node:crypto';
import { CardwrightError, sessionIdOf, type DeviceInfo, type StartRequest } from '@cardwright/protocol';
import { and, desc, eq, ne, or, type SQL } from 'drizzle-orm';
import { record } from '../audit.js';
import { lockUser } from '../devices/devices.js';
import type { Permission } from '../devices/eligibility.js';
import type { Database } from '../store/database.js';
import { operations, type Operation, type User } from '../store/schema.js';

/**
 * How a running operation's card is recognised while it has no row of a device. It is what page and host say: it finds the user's own
 * operation again, and proves nothing.
 */
export function cardHintOf({ id, model, serial, guid }: Pick<DeviceInfo, 'id' | 'model' | 'serial' | 'guid'>): string {
  if (serial !== null) return `serial:${model} ${serial}`;
  return guid === null ? `place:${id}` : `guid:${guid}`;
}

/**
 * The user's running operation on this card: by its device row, else by the GUID that it was given, else by what the card showed.
 * Any other that would be in its way is ended; so is one on a card that tells nothing of itself, since it may be another card.
 * The user's row is locked (`lockUser`): of several starts at once each finds the one before.
 */
export async function takeOver(
  db: Database,
  user: User,
  { kind, device }: StartRequest,
  { device: known }: Permission,
): Promise<Operation | undefined> {
  const hint = eq(operations.cardHint, cardHintOf(device));
  const sameCard = [
    ...(known ? [eq(operations.deviceId, known.id)] : []),
    ...(device.guid === null ? [] : [eq(operations.guid, device.guid)]),
    hint,
  ];
  const found = await db
    .select()
    .from(operations)
    .where(and(eq(operations.userId, user.id), eq(operations.status, 'running'), or(...sameCard)))
    .orderBy(desc(operations.createdAt))
    .for('update');
  const isRecognised = device.serial !== null || device.guid !== null;
  const rank = ({ deviceId, guid }: Operation): number => (known?.id === deviceId ? 0 : guid === device.guid ? 1 : 2);
  const [taken] = found
    .filter(
      (operation) => isRecognised && operation.kind === kind && (operation.deviceId === null || rank(operation) === 0),
    )
    .sort((a, b) => rank(a) - rank(b));
  for (const operation of found) if (operation !== taken) await supersede(db, user, operation);
  return taken;
}

/** Ends an operation because another one has its card. A session that still has a step of it is told `OPERATION_MOVED`. */
async function supersede(db: Database, user: User, { id, deviceId, stepNumber, kind }: Operation): Promise<void> {
  await updateOperation(db, id, {
    status: 'cancelled',
    stepNumber: stepNumber + 1,
    lastAnswer: null,
    lastResultsHash: null,
  });
  await record(db, {
    actor: user.username,
    event: 'operation.cancelled',
    operationId: id,
    deviceId,
    detail: { kind, state: 'cancelled', error: 'OPERATION_MOVED' },
  });
}

/** Ends the user's other running operations on a card that is known by this hint from now on. */
export async function claimCardHint(db: Database, user: User, id: string, cardHint: string): Promise<void> {
  const others = await db
    .select()
    .from(operations)
    .where(
      and(
        eq(operations.userId, user.id),
        eq(operations.status, 'running'),
        eq(operations.cardHint, cardHint),
        ne(operations.id, id),
      ),
    )
    .for('update');
  for (const operation of others) await supersede(db, user, operation);
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
      cardHint: known ? null : cardHintOf(device),
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
 * An operation of this user. Locks the user's row and then the operation's until the transaction ends: everybody does so in this
 * order.
 *
 * @throws CardwrightError `OPERATION_NOT_FOUND`
 */
export async function lockOperation(db: Database, user: User, id: string): Promise<Operation> {
  await lockUser(db, user.id);
  const [row] = await db.select().from(operations).where(ofUser(user, id)).for('update');
  if (!row) throw new CardwrightError('OPERATION_NOT_FOUND');
  return row;
}

/** An operation that this transaction has locked already, as it is now. */
export async function readOperation(db: Database, id: string): Promise<Operation> {
  const [row] = await db.select().from(operations).where(eq(operations.id, id));
  return row ?? missing();
}

const ofUser = (user: User, id: string): SQL | undefined => and(eq(operations.id, id), eq(operations.userId, user.id));

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

/** Ends what is under way with a device. A session that still has a step of it is told `OPERATION_MOVED`. */
export async function endOperations(db: Database, user: User, deviceId: string): Promise<void> {
  const running = await db
    .select()
    .from(operations)
    .where(and(eq(operations.deviceId, deviceId), eq(operations.status, 'running')))
    .for('update');
  for (const operation of running) await supersede(db, user, operation);
}

function missing(): never {
  throw new Error('a row that was just written is missing');
}
