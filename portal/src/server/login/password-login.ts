import { randomUUID } from 'node:crypto';
import { CardwrightError } from '@cardwright/protocol';
import { and, eq } from 'drizzle-orm';
import { findByPassword, verifyPassword } from '../accounts/accounts.js';
import type { Passwords } from '../accounts/password.js';
import type { CountEntry, PasswordChecks } from '../accounts/login-limit.js';
import type { VerifyPassword } from '../accounts/reauthentication.js';
import type { Proved } from '../accounts/sessions.js';
import { log } from '../log/log.js';
import type { Database } from '../store/database.js';
import { userIdentities, users, type User } from '../store/schema.js';
import { accountOf, noteWithoutRole } from './identities.js';
import type { Directory } from './ldap/directory.js';
import type { SignIn } from './sign-in.js';
import { ProviderAway } from './sign-in-errors.js';
import { standingByGroups } from './standing-by-groups.js';

/** A user whom name and password have proved; or why they open no session although the password is right. */
export type PasswordProof =
  | { readonly user: User; readonly proved: Proved }
  | { readonly refusal: 'taken' | 'not-permitted' };

/**
 * Returns how a name and a password prove someone: a local account here, or else a person of the directory elsewhere. A name that belongs to an account of
 * another kind is never asked for in the directory, so nobody there takes it over, and no password that was typed for it goes there. The directory
 * then gets a question that nobody answers, so that the time does not tell which names these are.
 *
 * The checks throw ProviderAway if the directory cannot be asked, whatever the name.
 */
export function passwordProofs(
  db: Database,
  { passwords, signIn: { directory } }: { readonly passwords: Passwords; readonly signIn: SignIn },
  name: string,
  password: string,
): PasswordChecks<PasswordProof> {
  return {
    here: async () => {
      const local = await findByPassword(db, passwords, name, password);
      return local && { user: local, proved: { by: 'password', device: null } };
    },
    elsewhere: directory ? (countEntry) => proveIn(directory, db, { name, password, countEntry }) : undefined,
  };
}

/** Returns whom the directory proves. Returns undefined if it proves nobody. */
async function proveIn(
  directory: Directory,
  db: Database,
  { name, password, countEntry }: { readonly name: string; readonly password: string; readonly countEntry: CountEntry },
): Promise<PasswordProof | undefined> {
  if (await isElsewhere(db, name, directory)) {
    await directory.findByPassword(randomUUID(), randomUUID());
    return undefined;
  }
  const person = await directory.findByPassword(name, password, countEntry);
  if (!person) return undefined;
  const standing = standingByGroups(directory.settings, person.groups);
  if (standing === null) {
    await noteWithoutRole(db, person);
    return { refusal: 'not-permitted' };
  }
  const account = await accountOf(db, person, standing);
  if (account === 'taken') return { refusal: 'taken' };
  if (account === 'closed') return { refusal: 'not-permitted' };
  const { issuer, subject } = person;
  const provider = { provider: directory.name, issuer, subject, sid: null, tokens: null };
  return { user: account, proved: { by: 'password', device: null, provider } };
}

/** Resolves with true if a name belongs to an account that the directory does not sign in. */
async function isElsewhere(db: Database, username: string, { issuer }: Directory): Promise<boolean> {
  const [row] = await db
    .select({ issuer: userIdentities.issuer })
    .from(users)
    .leftJoin(userIdentities, and(eq(userIdentities.userId, users.id), eq(userIdentities.issuer, issuer)))
    .where(eq(users.username, username));
  return row?.issuer === null;
}

/**
 * Returns the check of the password of a user who is signed in: the directory says whether it is that of a person of the directory.
 *
 * The check throws CardwrightError `SIGN_IN_UNAVAILABLE` if the directory cannot be asked.
 */
export const passwordVerifier =
  (db: Database, { directory }: SignIn): VerifyPassword =>
  async (user) => {
    const subject = directory && (await subjectOf(db, user, directory));
    if (directory === null || subject === null) return { here: (password) => verifyPassword(user, password) };
    return {
      elsewhere: async (password, countEntry) => {
        await countEntry(directory.keyOf(subject));
        try {
          return await directory.isPasswordOf(subject, password);
        } catch (error) {
          if (!(error instanceof ProviderAway)) throw error;
          tellAway(directory, error);
          throw new CardwrightError('SIGN_IN_UNAVAILABLE');
        }
      },
    };
  };

/** Resolves with true if there is a password with which a user who is signed in can prove again who they are (`passwordVerifier`). */
export const hasPassword = async (db: Database, { directory }: SignIn, user: User): Promise<boolean> =>
  user.passwordHash !== null || (directory !== null && (await subjectOf(db, user, directory)) !== null);

/** Logs that the directory cannot be asked. */
export const tellAway = ({ name }: Directory, { message }: ProviderAway): void =>
  log.warn(`Directory ${name} cannot be used.`, { reason: message });

async function subjectOf(db: Database, { id }: User, { issuer }: Directory): Promise<string | null> {
  const [row] = await db
    .select({ subject: userIdentities.subject })
    .from(userIdentities)
    .where(and(eq(userIdentities.userId, id), eq(userIdentities.issuer, issuer)));
  return row?.subject ?? null;
}
