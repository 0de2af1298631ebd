import {
  changePolicy,
  devicePolicy,
  parsePem,
  type ChangedBy,
  type DevicePolicy,
  type PolicyOutcome,
  type Store,
} from '@cardwright/cms';
import { CardwrightError } from '@cardwright/protocol';
import * as v from 'valibot';
import { KNOWN_CERTIFICATES, inspectVendorCertificates, type InspectedCertificate } from './vendor-certificates.js';

/** What became of a certificate in an import. */
export type ImportVerdict =
  /** It is trusted now. */
  | 'imported'
  /** It was trusted before. */
  | 'present'
  /** It is not known, but a known one signed it: of that vendor, for another application, and not needed. */
  | 'left-out'
  /** It can be imported, but another one stops the import. */
  | 'withheld'
  /** It can be imported, once an operator gave her password, or another operator confirmed it. */
  | 'waiting'
  /** It is not known; the import stops. */
  | 'unknown'
  /** It cannot be used; the import stops. */
  | 'unusable';

export type ReviewedCertificate = InspectedCertificate & { readonly verdict: ImportVerdict };

export interface VendorImport {
  /** Key of the model whose policy gets them. */
  readonly model: string;
  /** One or more certificates, with any text between them. */
  readonly pem: string;
  /** Whether certificates that Cardwright does not know are trusted too. */
  readonly trustUnknown: boolean;
}

/** All of them are imported, or none. */
export interface ImportOutcome extends Pick<PolicyOutcome, 'changes'> {
  /** Whether nothing stops the import. */
  readonly accepted: boolean;
  /** What became of the change. */
  readonly outcome: PolicyOutcome['kind'];
  readonly certificates: readonly ReviewedCertificate[];
}

/**
 * Adds a vendor's certificates to the policy of a model: roots as anchors, others to the pool. Nothing is imported where one of
 * them cannot be used, or is unknown and not explicitly trusted. A root that is new takes what any change of trust takes.
 *
 * @param known names of known certificates, by fingerprint
 * @throws CardwrightError `INVALID_PARAMS` when the model has no policy, the text has no certificate, or there are too many
 */
export async function importVendorCertificates(
  store: Store,
  changedBy: ChangedBy,
  { model, pem, trustUnknown }: VendorImport,
  known: ReadonlyMap<string, string> = KNOWN_CERTIFICATES,
): Promise<ImportOutcome> {
  let reviewed: readonly ReviewedCertificate[] = [];
  const policy = (current: DevicePolicy | undefined): DevicePolicy => {
    const present = requirePolicy(current);
    reviewed = review(pem, present, { trustUnknown, known });
    return withTrust(present, reviewed);
  };
  const { kind, changes } = await changePolicy(store, changedBy, { model, policy });
  const accepted = reviewed.every(isAcceptable);
  return {
    accepted,
    outcome: kind,
    changes,
    certificates: reviewed.map((one) => ({ ...one, verdict: told(one, accepted, kind) })),
  };
}

/**
 * Ends the trust in a certificate of a model's policy; one that is not there counts as removed.
 *
 * @param fingerprint SHA-256 of the DER certificate, lower case hexadecimal; empty for those that cannot be read
 * @throws CardwrightError `INVALID_PARAMS` when the model has no policy
 */
export async function removeVendorCertificate(
  store: Store,
  changedBy: ChangedBy,
  model: string,
  fingerprint: string,
): Promise<void> {
  const policy = (current: DevicePolicy | undefined): DevicePolicy => {
    const present = requirePolicy(current);
    const stays = (pem: string): boolean => (parsePem(pem)?.fingerprint ?? '') !== fingerprint;
    return {
      ...present,
      attestationRoots: present.attestationRoots.filter(stays),
      attestationIntermediates: present.attestationIntermediates.filter(stays),
    };
  };
  await changePolicy(store, changedBy, { model, policy });
}

/** What a policy trusts, roots first. */
export const listVendorCertificates = (policy: DevicePolicy): InspectedCertificate[] =>
  inspectVendorCertificates(certificatesOf(policy).join('\n'));

const certificatesOf = ({ attestationRoots, attestationIntermediates }: DevicePolicy): string[] => [
  ...attestationRoots,
  ...attestationIntermediates,
];

function judge({ known, vouchedFor, problem }: InspectedCertificate, trustUnknown: boolean): ImportVerdict {
  if (known || trustUnknown) return problem === null ? 'imported' : 'unusable';
  if (vouchedFor) return 'left-out';
  return problem === null ? 'unknown' : 'unusable';
}

/** What the certificates of a text are, and what would become of each by itself. */
function review(
  pem: string,
  policy: DevicePolicy,
  { trustUnknown, known }: Pick<VendorImport, 'trustUnknown'> & { readonly known: ReadonlyMap<string, string> },
): readonly ReviewedCertificate[] {
  const fingerprints = new Set(listVendorCertificates(policy).map(({ fingerprint }) => fingerprint));
  const found = inspectVendorCertificates(pem, { beside: certificatesOf(policy), known });
  if (found.length === 0)
    throw new CardwrightError('INVALID_PARAMS', { path: 'pem', problem: 'expected PEM certificates' });
  return found.map((one) => ({
    ...one,
    verdict: fingerprints.has(one.fingerprint) ? 'present' : judge(one, trustUnknown),
  }));
}

const isAcceptable = ({ verdict }: ReviewedCertificate): boolean => verdict !== 'unknown' && verdict !== 'unusable';

/** The policy with what can be imported; as it is where anything stops the import. */
function withTrust(policy: DevicePolicy, reviewed: readonly ReviewedCertificate[]): DevicePolicy {
  if (!reviewed.every(isAcceptable)) return policy;
  const added = (wanted: InspectedCertificate['role']): string[] =>
    reviewed.filter(({ verdict, role }) => verdict === 'imported' && role === wanted).map(({ pem }) => pem);
  const changed = v.safeParse(devicePolicy, {
    ...policy,
    attestationRoots: [...policy.attestationRoots, ...added('root')],
    attestationIntermediates: [...policy.attestationIntermediates, ...added('intermediate')],
  });
  if (changed.success) return changed.output;
  throw new CardwrightError('INVALID_PARAMS', { path: 'pem', problem: 'expected at most 16 of each kind in a policy' });
}

/** In an import that stops or waits, nothing is imported. */
function told({ verdict }: ReviewedCertificate, accepted: boolean, outcome: PolicyOutcome['kind']): ImportVerdict {
  if (verdict !== 'imported') return verdict;
  if (!accepted) return 'withheld';
  return outcome === 'saved' ? 'imported' : 'waiting';
}

function requirePolicy(policy: DevicePolicy | undefined): DevicePolicy {
  if (policy) return policy;
  throw new CardwrightError('INVALID_PARAMS', { path: 'model', problem: 'expected a model with a policy' });
}
