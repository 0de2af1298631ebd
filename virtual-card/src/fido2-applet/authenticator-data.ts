import type { FidoState } from '../card/fido-state.js';
import { encodeCbor } from './cbor.js';
import { rpIdHash } from './credential.js';

const Flag = { userPresent: 0x01, userVerified: 0x04, attestedCredential: 0x40, extensions: 0x80 } as const;
const COUNTER_BYTES = 4;
const LENGTH_BYTES = 2;

export interface AuthenticatorDataContent {
  readonly rpId: string;
  readonly isUserPresent: boolean;
  readonly isUserVerified: boolean;
  /** Present for a new credential only. */
  readonly attested?: { readonly aaguid: Buffer; readonly id: Buffer; readonly publicKey: unknown };
  /** Outputs of extensions. */
  readonly extensions: ReadonlyMap<string, unknown>;
}

/** Encodes authenticator data (WebAuthn Level 3, 6.1), with the next value of the signature counter. */
export function authenticatorData(fido: FidoState, content: AuthenticatorDataContent): Buffer {
  const { rpId, isUserPresent, isUserVerified, attested, extensions } = content;
  fido.signatureCounter += 1;
  const flags =
    (isUserPresent ? Flag.userPresent : 0) |
    (isUserVerified ? Flag.userVerified : 0) |
    (attested ? Flag.attestedCredential : 0) |
    (extensions.size > 0 ? Flag.extensions : 0);
  return Buffer.concat([
    rpIdHash(rpId),
    Buffer.of(flags),
    bigEndian(fido.signatureCounter, COUNTER_BYTES),
    ...(attested
      ? [attested.aaguid, bigEndian(attested.id.length, LENGTH_BYTES), attested.id, encodeCbor(attested.publicKey)]
      : []),
    ...(extensions.size > 0 ? [encodeCbor(extensions)] : []),
  ]);
}

function bigEndian(value: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
}
