import type { PublicJwk, PublicJwkSet } from '@cardwright/protocol/schemas';
import type { CryptoKey } from 'jose';

/** The CMS's own keys. */
export interface KeyRing {
  /** Signs steps (ES256). */
  readonly signingKey: CryptoKey;
  readonly signingKeyId: string;
  /** Opens escrows and stored secrets (ECDH-ES on P-256). */
  readonly sealingKey: CryptoKey;
  readonly sealingPublic: PublicJwk;
  /** The public keys of the ring, as the CMS publishes them at /.well-known/cardwright. */
  readonly published: PublicJwkSet;
}
