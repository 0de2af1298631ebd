import type { CertificationAuthority } from '../ca/certification-authority.js';
import type { CertificatePolicies } from '../ca/certificate-policies.js';
import type { KeyRing } from '../keys/key-ring.js';
import type { Quotas } from '../quotas/quotas.js';
import type { Store } from '../store/database.js';

/** What every part of the server works with. Holds no state of its own: that is all in the store. */
export interface Services {
  readonly store: Store;
  readonly keys: KeyRing;
  readonly authority: CertificationAuthority;
  /** What certificates state of where their key was made, as dotted OIDs. */
  readonly certificatePolicies: CertificatePolicies;
  /** The portal's own origin, as browsers see it. */
  readonly origin: string;
  readonly deviceLimit: number;
  readonly quotas: Quotas;
}
