import { parsePem } from '@cardwright/cms/attestation';
import {
  changePolicy,
  devicePolicy,
  type ChangedBy,
  type DevicePolicy,
  type PolicyOutcome,
} from '@cardwright/cms/policies';
import type { Store } from '@cardwright/cms/store';
import { CardwrightError } from '@cardwright/protocol';
import * as v from 'valibot';
import { KNOWN_CERTIFICATES, inspectVendorCertificates, type InspectedCertificate } from './vendor-certificates.js';

/** The result of an import for one certificate. */
export type ImportVerdict =
  /** The certificate is trusted now. */
  | 'imported'
  /** The certificate was trusted before. */
  | 'present'
  /**
   * The certificate is unknown, but a known certificate has signed it. The certificate serves another application of the vendor, and is not
   * needed.
   */
  | 'left-out'
  /** The certificate could be imported, but another certificate stops the import. */
  | 'withheld'
  /** The certificate is not imported yet: the operator must first agree, or another operator must confirm the import. */
  | 'waiting'
  /** The certificate is unknown, and stops the import. */
  | 'unknown'
  /** The certificate cannot be used, and stops the import. */
  | 'unusable';

export type ReviewedCertificate = InspectedCertificate & { readonly verdict: ImportVerdict };

export interface VendorImport {
  /** Key of the model whose policy receives the certificates. */
  readonly model: string;
  /** One or more certificates, with any text between them. */
  readonly pem: string;
  /** Set if unknown certificates are to be trusted too. */
  readonly trustUnknown: boolean;
}

/** The result of an import. The policy gets every certificate that can be imported, or none. */
export interface ImportOutcome extends Pick<PolicyOutcome, 'changes'> {
  /** Set if no certificate stops the import. The import may still wait for consent. */
  readonly accepted: boolean;
  /** Result of `changePolicy`, which decides whether the import was saved or waits for consent. */
  readonly outcome: PolicyOutcome['kind'];
  readonly certificates: readonly ReviewedCertificate[];
}

/**
 * Adds a vendor's certificates to the policy of a model: roots as trust anchors, the others as intermediates. Imports nothing if one of the
 * certificates stops the import (`unknown` or `unusable`). Widened trust needs the consent that `changePolicy` demands.
 *
 * @param known names of known certificates, by the SHA-256 of the DER certificate, lower case hexadecimal
 * @throws CardwrightError `INVALID_PARAMS` if the model has no policy, the text has no certificate, or the policy would have more than 16 roots
 *   or intermediates
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
 * Removes a certificate from the policy of a model. Does nothing if the policy does not contain the certificate.
 *
 * @param fingerprint SHA-256 of the DER certificate, lower case hexadecimal; empty for all certificates that cannot be read
 * @throws CardwrightError `INVALID_PARAMS` if the model has no policy
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

/** Inspects the certificates of a policy: roots first, then intermediates. */
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

/**
 * Inspects the certificates of a text. Each certificate gets the verdict that it would have if no other certificate stopped the import and no
 * consent were needed.
 *
 * @throws CardwrightError `INVALID_PARAMS` if the text has no certificate
 */
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

/**
 * Returns the policy with the certificates that can be imported. Returns the policy unchanged if a certificate stops the import.
 *
 * @throws CardwrightError `INVALID_PARAMS` if the policy would then have more than 16 roots or intermediates
 */
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

/** Returns the final verdict. If the import is stopped or waits for consent, `imported` becomes `withheld` or `waiting`. */
function told({ verdict }: ReviewedCertificate, accepted: boolean, outcome: PolicyOutcome['kind']): ImportVerdict {
  if (verdict !== 'imported') return verdict;
  if (!accepted) return 'withheld';
  return outcome === 'saved' ? 'imported' : 'waiting';
}

function requirePolicy(policy: DevicePolicy | undefined): DevicePolicy {
  if (policy) return policy;
  throw new CardwrightError('INVALID_PARAMS', { path: 'model', problem: 'expected a model with a policy' });
}
