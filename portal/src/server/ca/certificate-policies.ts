import { DEFAULT_POLICIES, type CertificatePolicies } from '@cardwright/cms';
import type { Database } from '../store/database.js';
import { certificatePolicies } from '../store/schema.js';

/** The certificate policies that an administrator sets; of the others an installation keeps those that it began with. */
export type PolicySettings = Partial<CertificatePolicies>;

/**
 * What this installation's certificates state of how their key was proved. Its first start keeps the defaults of that day. Several
 * processes may ask at once.
 *
 * @param defaults of today's portal
 * @throws Error that names the variable, where a setting is what the other kind of keys has
 */
export async function openCertificatePolicies(
  db: Database,
  settings: PolicySettings,
  defaults = DEFAULT_POLICIES,
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
 * @param kept those that the installation began with
 * @throws Error that names the variable, where a setting is what the other kind of keys has
 */
export function statedPolicies(settings: PolicySettings, kept: CertificatePolicies): CertificatePolicies {
  const stated = { ...kept, ...settings };
  if (!areDistinct(stated)) throw new Error(`CARDWRIGHT_POLICY_OID_UNPROVED is not valid: ${OTHER_POLICY}`);
  return stated;
}

/** Whether keys that are proved can be told apart from others. */
export const areDistinct = ({ proved, unproved }: PolicySettings): boolean =>
  proved === undefined || proved !== unproved;

/** What is said where they cannot. */
export const OTHER_POLICY = 'expected another OID than that of proved keys';
