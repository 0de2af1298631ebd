import * as v from 'valibot';

/** Certificate policies (RFC 5280, 4.2.1.4), as dotted OIDs. They show how a certificate's key was proved. */
export interface CertificatePolicies {
  /** The vendor attests that the key was generated on the card and cannot leave it. */
  readonly proved: string;
  /** Only the page and the host say that the key was generated on the card. */
  readonly unproved: string;
}

/**
 * Placeholders for installations without OIDs of their own, below the enterprise number for documentation (RFC 5612). No registry gives them a
 * meaning. Each number fits into 31 bits, because GnuTLS, strongSwan and others refuse or misread longer numbers.
 */
export const DEFAULT_CERTIFICATE_POLICIES: CertificatePolicies = {
  proved: '1.3.6.1.4.1.32473.1.1',
  unproved: '1.3.6.1.4.1.32473.1.2',
};

/** A dotted OID. The second number is below 40 unless the first is 2 (X.660, 7.6). No number has a leading zero. */
export const certificatePolicyOid = v.pipe(
  v.string(),
  v.maxLength(128),
  v.regex(/^(?:[01]\.[1-3]?\d|2\.(?:0|[1-9]\d*))(?:\.(?:0|[1-9]\d*))+$/),
);
