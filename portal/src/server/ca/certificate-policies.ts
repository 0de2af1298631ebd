import { DEFAULT_CERTIFICATE_POLICIES, type CertificatePolicies } from '@cardwright/cms/authority';
import type { Database } from '../store/database.js';
import { certificatePolicies } from '../store/schema.js';

/** Certificate policies that an administrator has set. A policy that is not set stays as it was when the installation first started. */
export type PolicySettings = Partial<CertificatePolicies>;

/**
 * Returns the policies by which this installation's certificates state whether their key is proved: attested by the device's vendor. The first
 * start of an installation stores the defaults of the portal's version; later starts, also of newer versions, use the stored policies where the
 * settings have none. Several processes may call this function at the same time.
 *
 * @param defaults the defaults of this version of the portal
 * @throws Error that names the variable, if both policies would be the same OID
 */
export async function openCertificatePolicies(
  db: Database,
  settings: PolicySettings,
  defaults = DEFAULT_CERTIFICATE_POLICIES,
): Promise<CertificatePolicies> {
  await db
    .insert(certificatePolicies)
    .values({ id: 1, ...defaults })
    .onConflictDoNothing();
  const { proved, unproved } = certificatePolicies;
  const [kept = defaults] = await db.select({ proved, unproved }).from(certificatePolicies);
  return statedPolicies(settings, kept);
}

/**
 * Returns the policies that certificates state: each policy from the settings, or the kept policy if the settings do not have it.
 *
 * @param kept the policies that the installation started with
 * @throws Error that names the variable, if both policies would be the same OID
 */
export function statedPolicies(settings: PolicySettings, kept: CertificatePolicies): CertificatePolicies {
  const stated = { ...kept, ...settings };
  if (!areDistinct(stated)) throw new Error(`CARDWRIGHT_POLICY_OID_UNPROVED is not valid: ${OTHER_POLICY}`);
  return stated;
}

/** True if the policy of proved keys is not set, or differs from the policy of unproved keys. */
export const areDistinct = ({ proved, unproved }: PolicySettings): boolean =>
  proved === undefined || proved !== unproved;

/** The error text for policies that are not distinct. */
export const OTHER_POLICY = 'expected another OID than that of proved keys';
