import { credentialId } from '@cardwright/protocol/passkeys';
import { bytes, text } from '@cardwright/protocol/schemas';
import { verifyAuthenticationResponse } from '@simplewebauthn/server';
import { decodeClientDataJSON } from '@simplewebauthn/server/helpers';
import { and, eq, exists, isNull } from 'drizzle-orm';
import * as v from 'valibot';
import { userHandleOf } from '../passkeys/webauthn/user-handle.js';
import type { Database } from '../store/database.js';
import { findPasskey } from '../store/passkey-rows.js';
import { devices, passkeys, users, type User } from '../store/schema.js';
import { countAdvances } from './signature-counter.js';
import { findSignInPasskey, isOnSecurityKey, noteSignIn } from './sign-in-passkeys.js';
import { MAY_BE_HERE } from './standing.js';

/** `AuthenticationResponseJSON` (WebAuthn Level 3, 5.1): the browser's answer. Members that are not verified are dropped. */
export const assertion = v.object({
  id: credentialId,
  rawId: credentialId,
  type: v.literal('public-key'),
  response: v.object({
    clientDataJSON: bytes(4096),
    authenticatorData: bytes(4096),
    signature: bytes(1024),
    /** User handle. An authenticator leaves it out only where the options name its passkey (WebAuthn Level 3, 5.2.2). */
    userHandle: v.exactOptional(text(86)),
  }),
});
export type Assertion = v.InferOutput<typeof assertion>;

/** Values that an assertion must match. */
export interface ExpectedLogin {
  /** Name of the portal's own passkey service; null if there is none. */
  readonly service: string | null;
  readonly rpId: string;
  readonly origin: string;
  /** Challenge of this login in base64url. */
  readonly challenge: string;
  /** Id of the user whose passkeys the options named. Without it, the authenticator has found the passkey, and must say whose it is. */
  readonly userId?: string;
}

/** The user whom a passkey logs in, and the device of the passkey; null if the user has registered the passkey for signing in. */
export interface PasskeyLogin {
  readonly user: User;
  readonly deviceId: string | null;
  /** Set if the user has registered the passkey on a security key, which may be one of their devices. */
  readonly isSecurityKey: boolean;
}

/** A passkey that the portal knows, on an issued device or registered for signing in. */
interface KnownCredential {
  readonly ownerId: string;
  readonly deviceId: string | null;
  readonly isSecurityKey: boolean;
  /** COSE key in base64url. */
  readonly publicKey: string;
  readonly signCount: number;
  /** Stores the signature counter and the time of use. Resolves with false, and stores nothing, if the passkey must not be used so. */
  readonly noteUse: (signCount: number) => Promise<boolean>;
}

/**
 * Returns the user whom an assertion logs in. The passkey must be registered here. One on a device must not be due for removal, and the device must be
 * active. The user handle must be that of the passkey's owner, every check of WebAuthn must pass (7.2), and the signature counter must have advanced, because
 * otherwise the passkey may be a copy. The owner must be allowed here. A counter that stays 0 is accepted, because an authenticator need not count. Returns undefined if a
 * condition is not met.
 */
export async function findByPasskey(
  db: Database,
  credential: Assertion,
  expected: ExpectedLogin,
): Promise<PasskeyLogin | undefined> {
  const known = await findCredential(db, expected.service, credential.id);
  const { userId } = expected;
  const handle = credential.response.userHandle ?? (userId === undefined ? undefined : userHandleOf(userId));
  if (!known || handle !== userHandleOf(known.ownerId)) return undefined;
  const signCount = await verify(credential, expected, known);
  if (signCount === undefined || !(await known.noteUse(signCount))) return undefined;
  const [user] = await db
    .select()
    .from(users)
    .where(and(eq(users.id, known.ownerId), MAY_BE_HERE));
  const { deviceId, isSecurityKey } = known;
  return user && { user, deviceId, isSecurityKey };
}

async function findCredential(
  db: Database,
  service: string | null,
  credentialId: string,
): Promise<KnownCredential | undefined> {
  const issued = service === null ? undefined : await findPasskey(db, service, credentialId);
  if (issued) {
    const { passkey, device } = issued;
    const { publicKey, signCount } = passkey;
    const use = (count: number) => noteUse(db, passkey.id, count);
    return { ownerId: device.ownerId, deviceId: device.id, isSecurityKey: false, publicKey, signCount, noteUse: use };
  }
  const registered = await findSignInPasskey(db, credentialId);
  if (!registered) return undefined;
  const { id, userId, publicKey, signCount } = registered;
  const isSecurityKey = isOnSecurityKey(registered);
  const use = (count: number) => noteSignIn(db, id, count);
  return { ownerId: userId, deviceId: null, isSecurityKey, publicKey, signCount, noteUse: use };
}

/**
 * Returns the authenticator's new signature counter; undefined if the assertion is not valid, or was made in a frame within a page of another
 * origin.
 */
async function verify(
  { id, rawId, type, response }: Assertion,
  { rpId, origin, challenge }: ExpectedLogin,
  passkey: { readonly publicKey: string; readonly signCount: number },
): Promise<number | undefined> {
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { id, rawId, type, response, clientExtensionResults: {} },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpId,
      requireUserVerification: true,
      credential: {
        id,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
        counter: passkey.signCount,
      },
    });
    const isFramed = decodeClientDataJSON(response.clientDataJSON).crossOrigin === true;
    return verified && !isFramed ? authenticationInfo.newCounter : undefined;
  } catch {
    // The error names the failed check, which the user is not told.
    return undefined;
  }
}

/**
 * Stores the signature counter and the time of use. Returns false and stores nothing if the device is not active, the passkey is due for removal,
 * or the counter is not above the stored one. So of two assertions with the same counter, only one logs in. A counter of 0 is accepted while the
 * stored counter is 0.
 */
async function noteUse(db: Database, id: string, signCount: number): Promise<boolean> {
  const advances = countAdvances(passkeys.signCount, signCount);
  const isActive = exists(
    db
      .select({ id: devices.id })
      .from(devices)
      .where(and(eq(devices.id, passkeys.deviceId), eq(devices.state, 'active'))),
  );
  const updated = await db
    .update(passkeys)
    .set({ signCount, lastUsedAt: new Date() })
    .where(and(eq(passkeys.id, id), isNull(passkeys.removalDueAt), advances, isActive))
    .returning({ id: passkeys.id });
  return updated.length === 1;
}
