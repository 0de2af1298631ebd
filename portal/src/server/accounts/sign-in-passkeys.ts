import { randomUUID } from 'node:crypto';
import { text } from '@cardwright/protocol/schemas';
import { and, asc, eq, inArray, isNull, ne, notInArray } from 'drizzle-orm';
import * as v from 'valibot';
import { record } from '../audit.js';
import type { Database } from '../store/database.js';
import { OVER } from '../store/device-list.js';
import { devices, passkeys, signInPasskeys, users, type User } from '../store/schema.js';
import { listOnceCounted } from './cards.js';
import { noteFactorTaken, type Actor } from './power-acts.js';
import { grantsOf } from './roles.js';
import { needsSecondFactor, type SecondFactor, type SecondFactorRule } from './second-factor.js';
import { endSessions } from './session-ends.js';
import { countAdvances } from './signature-counter.js';
import { lockAccount } from './standing.js';

/** Maximum number of passkeys that a person registers for signing in. */
export const MOST_PASSKEYS = 10;

/** Schema of the name of a passkey: one line. */
export const passkeyName = v.pipe(text(64), v.regex(/^\P{Cc}*$/u), v.trim(), v.minLength(1));

type SignInPasskey = typeof signInPasskeys.$inferSelect;

/** A passkey in a list. */
export type ListedPasskey = Pick<SignInPasskey, 'id' | 'name' | 'createdAt' | 'lastUsedAt' | 'isBackedUp'>;

/** A passkey as options name it (`PublicKeyCredentialDescriptorJSON`). */
export interface NamedCredential {
  readonly type: 'public-key';
  readonly id: string;
  readonly transports: string[];
}

/** Facts about a new passkey from its registration. */
export type NewPasskey = Pick<
  SignInPasskey,
  'credentialId' | 'publicKey' | 'signCount' | 'transports' | 'isBackedUp' | 'name'
>;

/**
 * True if a passkey may be on a security key: no copy of it is kept elsewhere, and its browser has not said that it is in a computer or a phone. A browser says
 * nothing of some authenticators.
 */
export const isOnSecurityKey = ({ isBackedUp, transports }: Pick<NewPasskey, 'isBackedUp' | 'transports'>): boolean =>
  !isBackedUp && !transports.some((way) => way === 'internal' || way === 'hybrid');

/** Lists the passkeys that a person has registered for signing in, oldest first. */
export const listSignInPasskeys = (db: Database, userId: string): Promise<ListedPasskey[]> =>
  db
    .select({
      id: signInPasskeys.id,
      name: signInPasskeys.name,
      createdAt: signInPasskeys.createdAt,
      lastUsedAt: signInPasskeys.lastUsedAt,
      isBackedUp: signInPasskeys.isBackedUp,
    })
    .from(signInPasskeys)
    .where(eq(signInPasskeys.userId, userId))
    .orderBy(asc(signInPasskeys.createdAt), asc(signInPasskeys.id));

/** Returns the passkey with a credential id. Returns undefined if nobody has registered it for signing in. */
export async function findSignInPasskey(db: Database, credentialId: string): Promise<SignInPasskey | undefined> {
  const [row] = await db.select().from(signInPasskeys).where(eq(signInPasskeys.credentialId, credentialId));
  return row;
}

/**
 * Stores the signature counter and the time of use. Resolves with false, and stores nothing, if the counter is not above the stored one, so that of two
 * assertions with the same counter only one counts.
 */
export async function noteSignIn(db: Database, id: string, signCount: number): Promise<boolean> {
  const updated = await db
    .update(signInPasskeys)
    .set({ signCount, lastUsedAt: new Date() })
    .where(and(eq(signInPasskeys.id, id), countAdvances(signInPasskeys.signCount, signCount)))
    .returning({ id: signInPasskeys.id });
  return updated.length === 1;
}

/**
 * Lists a person's passkeys for the portal: those registered for signing in, and those on devices that are not over.
 *
 * @param service name of the portal's own passkey service; null if there is none
 * @param states set to `active` for the passkeys that count now. A device that is suspended may be released again.
 */
export async function credentialsOf(
  db: Database,
  userId: string,
  service: string | null,
  states: 'active' | 'not-over',
): Promise<NamedCredential[]> {
  const registered = await db
    .select({ id: signInPasskeys.credentialId, transports: signInPasskeys.transports })
    .from(signInPasskeys)
    .where(eq(signInPasskeys.userId, userId))
    .orderBy(asc(signInPasskeys.createdAt), asc(signInPasskeys.id));
  const isThere = states === 'active' ? eq(devices.state, 'active') : notInArray(devices.state, [...OVER]);
  const issued =
    service === null
      ? []
      : await db
          .select({ id: passkeys.credentialId, transports: passkeys.transports })
          .from(passkeys)
          .innerJoin(devices, eq(devices.id, passkeys.deviceId))
          .where(
            and(eq(devices.ownerId, userId), eq(passkeys.service, service), isNull(passkeys.removalDueAt), isThere),
          )
          .orderBy(asc(passkeys.createdAt), asc(passkeys.id));
  return [...registered, ...issued].map(({ id, transports }) => ({
    type: 'public-key',
    id,
    transports: [...transports],
  }));
}

/**
 * Returns true if a person has something that gives the second factor, now or once a suspended device is released, or had it, and nobody has proved that
 * this is over (`listOnceCounted`): a passkey or a card.
 *
 * @param service name of the portal's own passkey service; null if there is none
 */
export const hasFactor = async (db: Database, userId: string, service: string | null): Promise<boolean> =>
  (await credentialsOf(db, userId, service, 'not-over')).length > 0 ||
  (await listOnceCounted(db, userId, service)).length > 0;

/**
 * Returns true if a person may register a passkey in a session. Whoever has a passkey must have used one in it, and whoever needs a second factor and has a
 * card must have used that, so that nobody goes round them by another passkey.
 *
 * @param service name of the portal's own passkey service; null if there is none
 */
export async function mayRegister(
  db: Database,
  userId: string,
  service: string | null,
  secondFactor: SecondFactor,
): Promise<boolean> {
  if (secondFactor === 'given') return true;
  if (secondFactor === 'needed') return !(await hasFactor(db, userId, service));
  return (await credentialsOf(db, userId, service, 'not-over')).length === 0;
}

/** Why a passkey was not registered. */
export type RegistrationRefusal = 'second-factor' | 'too-many' | 'known';

/**
 * Registers a passkey for signing in, if that is permitted in a session (`mayRegister`).
 *
 * @param secondFactor the state of the second factor in the session
 * @param service name of the portal's own passkey service; null if there is none
 * @returns null if it was registered
 */
export const addSignInPasskey = (
  db: Database,
  user: User,
  passkey: NewPasskey,
  { secondFactor, service }: { readonly secondFactor: SecondFactor; readonly service: string | null },
): Promise<RegistrationRefusal | null> =>
  db.transaction(async (transaction) => {
    await lockAccount(transaction, user.id);
    if (!(await mayRegister(transaction, user.id, service, secondFactor))) return 'second-factor';
    const own = await listSignInPasskeys(transaction, user.id);
    if (own.length >= MOST_PASSKEYS) return 'too-many';
    const added = await transaction
      .insert(signInPasskeys)
      .values({ id: randomUUID(), userId: user.id, ...passkey })
      .onConflictDoNothing()
      .returning({ id: signInPasskeys.id });
    if (added.length === 0) return 'known';
    const { name, isBackedUp } = passkey;
    const detail = { name, backedUp: isBackedUp };
    await record(transaction, { actor: user.username, event: 'sign-in-passkey.added', personId: user.id, detail });
    return null;
  });

/** Gives one of a person's passkeys a name. Changes nothing if the person has no such passkey, or if the name is the same. */
export const renameSignInPasskey = (db: Database, user: User, id: string, name: string): Promise<void> =>
  db.transaction(async (transaction) => {
    const renamed = await transaction
      .update(signInPasskeys)
      .set({ name })
      .where(and(eq(signInPasskeys.id, id), eq(signInPasskeys.userId, user.id), ne(signInPasskeys.name, name)))
      .returning({ id: signInPasskeys.id });
    const entry = {
      actor: user.username,
      event: 'sign-in-passkey.renamed',
      personId: user.id,
      detail: { name },
    } as const;
    if (renamed.length > 0) await record(transaction, entry);
  });

/**
 * Removes one of a person's own passkeys. Changes nothing if the person has no such passkey.
 *
 * @param service name of the portal's own passkey service; null if there is none
 * @returns `last`, and changes nothing, if the person needs a second factor and has no other passkey that counts
 */
export const removeOwnPasskey = (
  db: Database,
  user: User,
  id: string,
  { rule, service }: { readonly rule: SecondFactorRule; readonly service: string | null },
): Promise<'last' | null> =>
  db.transaction(async (transaction) => {
    await lockAccount(transaction, user.id);
    const own = await listSignInPasskeys(transaction, user.id);
    const counting = await credentialsOf(transaction, user.id, service, 'active');
    const isLast = counting.length === 1 && own.some((one) => one.id === id);
    if (isLast && needsSecondFactor(rule, await grantsOf(transaction, user.id))) return 'last';
    await deletePasskeys(transaction, user.id, id, user.username);
    return null;
  });

/**
 * Removes a lost passkey of a person, and ends the person's sessions: someone may be signed in with it. Changes nothing if the person has no such
 * passkey. If none is left, the person registers another one at the next sign-in.
 *
 * @param service name of the portal's own passkey service; null if there is none
 * @param mayTakeLast false to leave the person with a second factor
 * @returns `last`, and changes nothing, if the person would have no second factor
 */
export const removePasskeyOf = (
  db: Database,
  userId: string,
  id: string,
  { by, service, mayTakeLast }: { readonly by: Actor; readonly service: string | null; readonly mayTakeLast: boolean },
): Promise<'last' | null> =>
  db.transaction(async (transaction) => {
    await lockAccount(transaction, userId);
    const registered = await listSignInPasskeys(transaction, userId);
    if (!registered.some((one) => one.id === id)) return null;
    const isLast =
      registered.length === 1 && (await credentialsOf(transaction, userId, service, 'not-over')).length === 1;
    const takesFactor = isLast && (await listOnceCounted(transaction, userId, service)).length === 0;
    if (takesFactor && !mayTakeLast) return 'last';
    await deletePasskeys(transaction, userId, id, by.username);
    if (takesFactor) await noteFactorTaken(transaction, userId, by);
    await endSessions(transaction, { userId, actor: by.username, reason: 'passkeys-removed' });
    return null;
  });

/**
 * Resets the second factor of a person: removes all passkeys with which the person signs in, those on devices too, lets no present card count, and ends
 * the person's sessions. The person registers another passkey at the next sign-in.
 *
 * @param service name of the portal's own passkey service; null if there is none
 * @param by user name of whoever removes them, or `command line`
 * @returns the number of removed passkeys
 */
export const resetSecondFactor = (db: Database, userId: string, service: string | null, by: string): Promise<number> =>
  db.transaction(async (transaction) => {
    await lockAccount(transaction, userId);
    await transaction.update(users).set({ secondFactorReset: new Date() }).where(eq(users.id, userId));
    const registered = await deletePasskeys(transaction, userId, undefined, by);
    const issued = service === null ? 0 : await withdrawIssued(transaction, userId, service, by);
    await endSessions(transaction, { userId, actor: by, reason: 'passkeys-removed' });
    return registered + issued;
  });

/** Has the card management remove the passkeys on a person's devices. They sign nobody in from now on. */
async function withdrawIssued(transaction: Database, userId: string, service: string, by: string): Promise<number> {
  const own = transaction.select({ id: devices.id }).from(devices).where(eq(devices.ownerId, userId));
  const withdrawn = await transaction
    .update(passkeys)
    .set({ removalDueAt: new Date() })
    .where(and(inArray(passkeys.deviceId, own), eq(passkeys.service, service), isNull(passkeys.removalDueAt)))
    .returning({ name: passkeys.name, deviceId: passkeys.deviceId });
  await recordRemovals(transaction, userId, by, withdrawn);
  return withdrawn.length;
}

async function deletePasskeys(
  transaction: Database,
  userId: string,
  id: string | undefined,
  by: string,
): Promise<number> {
  const removed = await transaction
    .delete(signInPasskeys)
    .where(and(eq(signInPasskeys.userId, userId), id === undefined ? undefined : eq(signInPasskeys.id, id)))
    .returning({ name: signInPasskeys.name });
  await recordRemovals(transaction, userId, by, removed);
  return removed.length;
}

const recordRemovals = (
  transaction: Database,
  personId: string,
  actor: string,
  removed: readonly { readonly name: string; readonly deviceId?: string }[],
): Promise<void> =>
  record(
    transaction,
    ...removed.map(({ name, deviceId = null }) => ({
      actor,
      event: 'sign-in-passkey.removed' as const,
      personId,
      deviceId,
      detail: { name },
    })),
  );
