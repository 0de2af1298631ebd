import { and, asc, desc, eq, exists, isNotNull, isNull, or, sql } from 'drizzle-orm';
import { log } from '../log/log.js';
import { isUniqueViolation } from '../store/unique-violation.js';
import type { Database } from '../store/database.js';
import { userIdentities, users, type User } from '../store/schema.js';

/** The names of a person in Windows, by which a domain controller finds the account to which a certificate belongs. */
export type WindowsNames = Pick<User, 'upn' | 'sid'>;

/**
 * Returns the form in which two UPNs of the same account are the same text. Active Directory tells neither upper from lower case, nor full-width letters
 * from others.
 */
export const upnKey = (upn: string): string => upn.normalize('NFKC').toLowerCase().normalize('NFKC');

/** Returns the form in which two SIDs of the same account are the same text. */
export const sidKey = (sid: string): string => sid.toUpperCase().replaceAll(/-0+(?=\d)/g, '-');

/** Returns the columns of a person's names in Windows. The database has each key once, so that no two people have the same name. */
export const windowsColumns = ({
  upn,
  sid,
}: { readonly [Name in keyof WindowsNames]?: string | null | undefined }) => ({
  upn: upn ?? null,
  upnKey: upn == null ? null : upnKey(upn),
  sid: sid ?? null,
  sidKey: sid == null ? null : sidKey(sid),
});

/** Returns the id of the person who has one of these names. Returns undefined if nobody has. */
export async function findByWindowsNames(db: Database, names: WindowsNames): Promise<string | undefined> {
  const { upnKey: upn, sidKey: sid } = windowsColumns(names);
  if (upn === null && sid === null) return undefined;
  const same = or(upn === null ? undefined : eq(users.upnKey, upn), sid === null ? undefined : eq(users.sidKey, sid));
  const [row] = await db.select({ id: users.id }).from(users).where(same).limit(1);
  return row?.id;
}

const COLUMNS = [
  {
    name: users.upn,
    key: users.upnKey,
    keyOf: ({ upn }: WindowsNames) => ({ upnKey: upn === null ? null : upnKey(upn) }),
  },
  {
    name: users.sid,
    key: users.sidKey,
    keyOf: ({ sid }: WindowsNames) => ({ sidKey: sid === null ? null : sidKey(sid) }),
  },
];

/**
 * Adds the keys of names that an older portal stored without them. Where two people have the same name, the key is that of the person whom a provider or
 * directory signs in, or else of the older account. The other one keeps the name without a key, and the log says whose that is; once the first no longer has
 * it, the next start gives the key to the other. Several processes may call this at once.
 */
export async function fillWindowsKeys(db: Database): Promise<void> {
  const isBound = exists(
    db.select({ id: userIdentities.userId }).from(userIdentities).where(eq(userIdentities.userId, users.id)),
  );
  const doubles = new Set<string>();
  for (const { name, key, keyOf } of COLUMNS) {
    const rows = await db
      .select()
      .from(users)
      .where(and(isNotNull(name), isNull(key), isNull(users.deletedAt)))
      .orderBy(desc(sql`${isBound}`), asc(users.createdAt), asc(users.id));
    for (const user of rows) if (!(await fill(db, user, keyOf(user)))) doubles.add(user.username);
  }
  if (doubles.size > 0)
    log.warn('Accounts have the UPN or SID of another account. `cardwright-portal doctor` says which.', {
      reason: [...doubles].join(', '),
    });
}

/** Resolves with false if another account has the key. */
async function fill(db: Database, { id }: User, key: Partial<User>): Promise<boolean> {
  try {
    await db.update(users).set(key).where(eq(users.id, id));
    return true;
  } catch (error) {
    if (isUniqueViolation(error)) return false;
    throw error;
  }
}
