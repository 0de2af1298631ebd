import { eq } from 'drizzle-orm';
import { cardsOf } from '../accounts/cards.js';
import type { LoginSession } from '../accounts/sessions.js';
import { credentialsOf } from '../accounts/sign-in-passkeys.js';
import type { PasskeyServices } from '../passkeys/open-passkey-services.js';
import type { Database } from '../store/database.js';
import { sessions } from '../store/schema.js';
import { hasPassword } from './password-login.js';
import type { SignIn } from './sign-in.js';

/** The ways in which the user of a session can prove again who they are. */
export interface Proofs {
  /** Set if the user has a password: of a local account, or in the directory. */
  readonly password: boolean;
  /** Set if the user has a passkey that counts now: registered for signing in, or of the portal's own service on an active device. */
  readonly passkey: boolean;
  /** Set if the user has an active device whose card can give the second factor. */
  readonly card: boolean;
  /** The provider that has opened the session; null if none has, or if the settings no longer have it. */
  readonly provider: { readonly name: string; readonly title: string } | null;
}

/** Returns the ways in which the user of a session can prove again who they are. */
export async function proofsOf(
  db: Database,
  signIn: SignIn,
  { own, rpId }: PasskeyServices,
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
    passkey: rpId !== null && (await credentialsOf(db, user.id, own?.service ?? null, 'active')).length > 0,
    card: (await cardsOf(db, user.id)).length > 0,
    provider: provider ? { name: provider.name, title: provider.title } : null,
  };
}
