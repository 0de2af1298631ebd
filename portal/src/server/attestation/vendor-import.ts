import { devicePolicy, type DevicePolicy } from '@cardwright/cms';
import { CardwrightError } from '@cardwright/protocol';
import { eq } from 'drizzle-orm';
import * as v from 'valibot';
import { record } from '../audit.js';
import type { Database } from '../store/database.js';
import { devicePolicies } from '../store/schema.js';
import { KNOWN_CERTIFICATES, inspectVendorCertificates, type InspectedCertificate } from './vendor-certificates.js';

/** What became of a certificate in an import. */
export type ImportVerdict =
  /** It is trusted now. */
  | 'imported'
  /** It was trusted before. */
  | 'present'
  /** It is not known, but a known one signed it: of that vendor, for another application, and not needed. */
  | 'left-out'
  /** It is known, but another one stops the import. */
  | 'withheld'
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
export interface ImportOutcome {
  readonly accepted: boolean;
  readonly certificates: readonly ReviewedCertificate[];
}

/**
 * Adds a vendor's certificates to the policy of a model: roots as anchors, others to the pool. Nothing is imported where one of
 * them cannot be used, or is unknown and not explicitly trusted. The audit log records what was imported by whom.
 *
 * @param by name of the operator, or of whatever else orders it
 * @param known names of known certificates, by fingerprint
 * @throws CardwrightError `INVALID_PARAMS` when the model has no policy, the text has no certificate, or there are too many
 */
export async function importVendorCertificates(
  store: Database,
  by: string,
  { model, pem, trustUnknown }: VendorImport,
  known: ReadonlyMap<string, string> = KNOWN_CERTIFICATES,
): Promise<ImportOutcome> {
  return store.transaction(async (db) => {
    const policy = await lockPolicy(db, model);
    const present = certificatesOf(policy);
    const fingerprints = new Set(listVendorCertificates(policy).map(({ fingerprint }) => fingerprint));
    const certificates = inspectVendorCertificates(pem, { beside: present, known }).map((one): ReviewedCertificate => {
      const isPresent = fingerprints.has(one.fingerprint);
      return { ...one, verdict: isPresent ? 'present' : judge(one, trustUnknown) };
    });
    if (certificates.length === 0)
      throw new CardwrightError('INVALID_PARAMS', { path: 'pem', problem: 'expected PEM certificates' });
    const accepted = certificates.every(({ verdict }) => verdict !== 'unknown' && verdict !== 'unusable');
    if (!accepted) return { accepted, certificates: certificates.map(withhold) };
    const imported = certificates.filter(({ verdict }) => verdict === 'imported');
    if (imported.length === 0) return { accepted, certificates };
    const added = (role: InspectedCertificate['role']): string[] =>
      imported.filter((one) => one.role === role).map((one) => one.pem);
    await writeTrust(db, by, model, {
      ...policy,
      attestationRoots: [...policy.attestationRoots, ...added('root')],
      attestationIntermediates: [...policy.attestationIntermediates, ...added('intermediate')],
    });
    const detail = { model, fingerprints: imported.map(({ fingerprint }) => fingerprint).join(' ') };
    const unknown = imported.filter((one) => !one.known).length;
    await record(db, { actor: by, event: 'vendor-certificates.imported', detail: { ...detail, unknown } });
    return { accepted, certificates };
  });
}

/**
 * Ends the trust in a certificate of a model's policy; one that is not there counts as removed.
 *
 * @throws CardwrightError `INVALID_PARAMS` when the model has no policy
 */
export async function removeVendorCertificate(
  store: Database,
  by: string,
  model: string,
  fingerprint: string,
): Promise<void> {
  await store.transaction(async (db) => {
    const policy = await lockPolicy(db, model);
    const removed = listVendorCertificates(policy).filter((one) => one.fingerprint === fingerprint);
    if (removed.length === 0) return;
    const stays = (pem: string): boolean => removed.every((one) => one.pem !== pem);
    await writeTrust(db, by, model, {
      ...policy,
      attestationRoots: policy.attestationRoots.filter(stays),
      attestationIntermediates: policy.attestationIntermediates.filter(stays),
    });
    await record(db, { actor: by, event: 'vendor-certificates.removed', detail: { model, fingerprint } });
  });
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

/** In an import that stops, nothing is imported. */
const withhold = (one: ReviewedCertificate): ReviewedCertificate =>
  one.verdict === 'imported' ? { ...one, verdict: 'withheld' } : one;

/** Two imports at once come one after the other. */
async function lockPolicy(db: Database, model: string): Promise<DevicePolicy> {
  const [row] = await db.select().from(devicePolicies).where(eq(devicePolicies.model, model)).for('update');
  if (!row) throw new CardwrightError('INVALID_PARAMS', { path: 'model', problem: 'expected a model with a policy' });
  return v.parse(devicePolicy, row.policy);
}

async function writeTrust(db: Database, by: string, model: string, changed: DevicePolicy): Promise<void> {
  const policy = v.safeParse(devicePolicy, changed);
  if (!policy.success)
    throw new CardwrightError('INVALID_PARAMS', {
      path: 'pem',
      problem: 'expected at most 16 of each kind in a policy',
    });
  const values = { policy: policy.output, updatedAt: new Date(), updatedBy: by };
  await db.update(devicePolicies).set(values).where(eq(devicePolicies.model, model));
}
