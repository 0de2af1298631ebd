import type { ProtocolVersion } from '@cardwright/protocol/messages';
import type { HostPolicy } from '@cardwright/protocol/policy';
import type { PublicJwk, PublicJwkSet } from '@cardwright/protocol/schemas';

/** The other side of a session: the page, and what the extension reports about it. */
export interface Peer {
  /** The protocol version on which page, extension and host have agreed. */
  readonly protocol: ProtocolVersion;
  readonly origin: string;
  /** The public keys of the CMS; null if the site has no such keys. The host then refuses every step. */
  readonly cms: PublicJwkSet | null;
  /** Origins of foreign relying parties for which the administrator permits the site to register passkeys. */
  readonly relyingParties: readonly string[];
  /** Public key to which secrets for the extension's windows are sealed; null if the extension has no windows. */
  readonly windowKey: PublicJwk | null;
  /** The administrator's requirements. */
  readonly policy: HostPolicy;
}

/** Policy of an administrator who requires nothing. */
export const NO_POLICY: HostPolicy = { allowedDevices: null, pinRules: null, logLevel: null };
