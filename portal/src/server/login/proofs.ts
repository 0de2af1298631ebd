import { and, eq, isNull } from 'drizzle-orm';
import type { LoginSession } from '../accounts/sessions.js';
import type { Database } from '../store/database.js';
import { devices, passkeys, sessions } from '../store/schema.js';
import { hasPassword } from './password-login.js';
import type { SignIn } from './sign-in.js';

/** The ways in which the user of a session can prove again who they are. */
export interface Proofs {
  /** Set if the user has a password: of a local account, or in the directory. */
  readonly password: boolean;
  /** Set if the user has a passkey of the portal itself. */
  readonly passkey: boolean;
  /** The provider that has opened the session; null if none has, or if the settings no longer have it. */
  readonly provider: { readonly name: string; readonly title: string } | null;
}

/**
 * Returns the ways in which the user of a session can prove again who they are.
 *
 * @param passkeyService name of the portal's own passkey service; null if there is none
 */
export async function proofsOf(
  db: Database,
  signIn: SignIn,
  passkeyService: string | null,
  { id, user }: LoginSession,
): Promise<Proofs> {
  const [session] = await db
    .select({ provider: sessions.provider, issuer: sessions.issuer })
    .from(sessions)
    .where(eq(sessions.id, id));
  const provider = signIn.providers.find(
    ({ name, settings }) => name === session?.provider && settings.issuer === session.issuer,
  );
  return {
    password: await hasPassword(db, signIn, user),
    passkey: passkeyService !== null && (await hasPasskey(db, passkeyService, user.id)),
    provider: provider ? { name: provider.name, title: provider.title } : null,
  };
}

/** Resolves with true if a user has a passkey of a service, on an active device. */
async function hasPasskey(db: Database, service: string, userId: string): Promise<boolean> {
  const [one] = await db
    .select({ id: passkeys.id })
    .from(passkeys)
    .innerJoin(devices, eq(devices.id, passkeys.deviceId))
    .where(
      and(
        eq(passkeys.service, service),
        isNull(passkeys.removalDueAt),
        eq(devices.ownerId, userId),
        eq(devices.state, 'active'),
      ),
    )
    .limit(1);
  return one !== undefined;
}
