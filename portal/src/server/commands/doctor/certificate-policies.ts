import { DEFAULT_CERTIFICATE_POLICIES, type CertificatePolicies } from '@cardwright/cms/authority';
import { statedPolicies, type PolicySettings } from '../../ca/certificate-policies.js';
import { present } from './certificate-checks.js';
import { findingsOf, type Finding } from '../../findings/finding.js';

const { ok, warning, problem, skipped } = findingsOf('certificate-policies');

/** Beginning of the OIDs that are reserved for documentation (RFC 5612). The defaults of the portal are below it. */
const PLACEHOLDERS = '1.3.6.1.4.1.32473.';
/** The greatest number in an OID that practically every program can read (31 bits). */
const GREATEST_ARC = 0x7fffffffn;

/** The policies that the installation started with; null before the installation's first start, undefined if they could not be read. */
export type KeptPolicies = CertificatePolicies | null | undefined;

/** Checks the policies that certificates state: that they differ, are no placeholders, and can be read by every program. */
export function checkCertificatePolicies(settings: PolicySettings, kept: KeptPolicies): Finding[] {
  const { proved, unproved } = settings;
  if (kept === undefined && (proved === undefined || unproved === undefined))
    return [skipped('Not checked, because those that this portal began with are in the database.')];
  try {
    return judge(statedPolicies(settings, kept ?? DEFAULT_CERTIFICATE_POLICIES));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return [problem(`${text}.`, 'Correct it; the portal does not start like this.')];
  }
}

function judge({ proved, unproved }: CertificatePolicies): Finding[] {
  const stated = [proved, unproved];
  const placeholders = stated.filter((oid) => oid.startsWith(PLACEHOLDERS));
  const long = stated.filter((oid) => oid.split('.').some((arc) => BigInt(arc) > GREATEST_ARC));
  const findings = present(
    placeholders.length === 0
      ? null
      : warning(
          `Certificates state ${placeholders.join(' and ')}: placeholders, to which no one gives a meaning.`,
          'Set CARDWRIGHT_POLICY_OID_PROVED and CARDWRIGHT_POLICY_OID_UNPROVED to OIDs below the enterprise number of your organisation.',
        ),
    long.length === 0
      ? null
      : warning(
          `Certificates state ${long.join(' and ')}, which some programs cannot read: a number has more than 31 bits.`,
          'Set shorter OIDs, once everyone who relies on these knows the new ones too.',
        ),
  );
  return findings.length > 0
    ? findings
    : [ok(`Certificates state ${proved} where the vendor attests the key, and ${unproved} where not.`)];
}
