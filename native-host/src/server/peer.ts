import type { ProtocolVersion } from '@cardwright/protocol/messages';
import type { HostPolicy } from '@cardwright/protocol/policy';
import type { PublicJwk, PublicJwkSet } from '@cardwright/protocol/schemas';

/** The page and its surroundings, as the browser identifies them to the extension. */
export interface Peer {
  /** The version that page, extension and host have agreed on. */
  readonly protocol: ProtocolVersion;
  readonly origin: string;
  /** The public keys of the CMS; null where the site has none, and then no step can be verified. */
  readonly cms: PublicJwkSet | null;
  /** Origins of foreign relying parties for which the administrator permits the site to register passkeys. */
  readonly relyingParties: readonly string[];
  /** The extension's key for what its windows show; null where it has none. */
  readonly windowKey: PublicJwk | null;
  /** The administrator's requirements. */
  readonly policy: HostPolicy;
}

/** The policy of an administrator without requirements. */
export const NO_POLICY: HostPolicy = { allowedDevices: null, pinRules: null, logLevel: null };
