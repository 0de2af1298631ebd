import * as v from 'valibot';

/** Certificate policies (RFC 5280, 4.2.1.4) that tell certificates by how their key was proved, as dotted OIDs. */
export interface CertificatePolicies {
  /** The vendor attests that the key was made on the card and cannot leave it. */
  readonly proved: string;
  /** Only the page and the host say so. */
  readonly unproved: string;
}

/**
 * For installations without OIDs of their own. The arc 2.25 takes a UUID as a decimal number and asks no registry (X.667, 7):
 * 6630efd4-424c-42ec-bb1d-4eccfc121bf2 and 19f7e3e2-0986-43af-b8b7-db16498363a3.
 */
export const DEFAULT_POLICIES: CertificatePolicies = {
  proved: '2.25.135835350132055021589230653843650518002',
  unproved: '2.25.34517819234173437188034120473121088419',
};

/** A dotted OID: the second number is below 40 unless the first is 2 (X.660, 7.6), and no number has a leading zero. */
export const policyOid = v.pipe(
  v.string(),
  v.maxLength(128),
  v.regex(/^(?:[01]\.[1-3]?\d|2\.(?:0|[1-9]\d*))(?:\.(?:0|[1-9]\d*))+$/),
);
