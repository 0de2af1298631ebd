import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import type { FidoState, FidoUser } from '../card/fido-state.js';
import { type CredentialKey, SECRET_BYTES } from './credential-keys.js';

/** The levels of credProtect (CTAP 2.1, 12.1): when the use of a credential requires user verification. */
export const CredProtect = { optional: 1, optionalWithList: 2, required: 3 } as const;

/** A credential of this authenticator. */
export interface Credential extends CredentialKey {
  readonly id: Buffer;
  readonly credProtect: number;
  readonly hmacSecret: boolean;
  /** Undefined for a credential that is not discoverable, whose sealed key is in its id. */
  readonly user: FidoUser | undefined;
}

export const CREDENTIAL_TYPE = 'public-key';
/** The maximum length of a credential id that getInfo reports (maxCredentialIdLength), in bytes. */
export const MAX_CREDENTIAL_ID_BYTES = 128;
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const RESIDENT_ID_BYTES = 32;
const SEALED_BYTES = SECRET_BYTES + 3;

/** Returns all discoverable credentials of a relying party, the newest first. */
export function residentCredentials({ credentials }: FidoState, rpId: string): readonly Credential[] {
  return credentials.filter((credential) => credential.rpId === rpId).toReversed();
}

/** Returns the credential with this id. Returns undefined if the id does not belong to this authenticator and this relying party. */
export function findCredential(fido: FidoState, rpId: string, id: Buffer): Credential | undefined {
  return residentCredentials(fido, rpId).find((credential) => credential.id.equals(id)) ?? unseal(fido, rpId, id);
}

export function residentId(): Buffer {
  return randomBytes(RESIDENT_ID_BYTES);
}

/** Returns an id that contains the sealed credential. Only this authenticator can open the id, and only for this relying party. */
export function sealedId(fido: FidoState, rpId: string, credential: Omit<Credential, 'id' | 'user'>): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, fido.wrappingKey, iv).setAAD(rpIdHash(rpId));
  const { secret, algorithm, credProtect, hmacSecret } = credential;
  const plain = Buffer.concat([secret, Buffer.of(-algorithm, credProtect, hmacSecret ? 1 : 0)]);
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function unseal(fido: FidoState, rpId: string, id: Buffer): Credential | undefined {
  if (id.length !== IV_BYTES + SEALED_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, fido.wrappingKey, id.subarray(0, IV_BYTES))
    .setAAD(rpIdHash(rpId))
    .setAuthTag(id.subarray(-TAG_BYTES));
  try {
    const plain = Buffer.concat([decipher.update(id.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
    return {
      id,
      user: undefined,
      secret: plain.subarray(0, SECRET_BYTES),
      algorithm: -plain.readUInt8(SECRET_BYTES),
      credProtect: plain.readUInt8(SECRET_BYTES + 1),
      hmacSecret: plain.readUInt8(SECRET_BYTES + 2) === 1,
    };
  } catch {
    // The id belongs to another authenticator or relying party, is older than the last reset, or was changed.
    return undefined;
  }
}

export function rpIdHash(rpId: string): Buffer {
  return createHash('sha256').update(rpId, 'utf8').digest();
}

/** Derives CredRandom of hmac-secret (CTAP 2.1, 12.5), which differs with and without user verification. */
export function credRandom(fido: FidoState, id: Buffer, isUserVerified: boolean): Buffer {
  const hmac = createHmac('sha256', fido.wrappingKey);
  return hmac
    .update('hmac-secret')
    .update(Buffer.of(isUserVerified ? 1 : 0))
    .update(id)
    .digest();
}

/** Returns the descriptor that stands for a credential in requests and answers. */
export function descriptor(id: Buffer): Map<string, unknown> {
  return new Map<string, unknown>([
    ['id', id],
    ['type', CREDENTIAL_TYPE],
  ]);
}
