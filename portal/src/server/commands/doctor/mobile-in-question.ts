import type { KeyObject } from 'node:crypto';
import type { Configuration } from '../../configuration.js';

/** What is checked of the settings of mobile devices. Certificates are in DER. */
export interface MobileInQuestion {
  readonly deviceAuthorities: readonly Uint8Array[];
  /** The signer first, each issuer after what it issued; null: the registration authority signs. */
  readonly signing: { readonly certificates: readonly Uint8Array[]; readonly key: KeyObject } | null;
  /** Null: the portal makes one, and keeps it in the database. */
  readonly registrationAuthority: { readonly certificate: Uint8Array; readonly key: KeyObject } | null;
}

/** A configuration of a portal that may have mobile devices. */
export type CheckedConfiguration = Configuration & { readonly mobile?: MobileInQuestion | null };
