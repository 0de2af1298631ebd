import { isAnchor, parsePem, splitPem, type ParsedCertificate } from '@cardwright/cms/attestation';

/**
 * Names of certificates that Yubico publishes for attestation (developers.yubico.com/PKI/), by the SHA-256 of their DER, lower case
 * hexadecimal. Operators get the files from Yubico. The two roots with serial 263751 have the same key.
 */
export const KNOWN_CERTIFICATES: ReadonlyMap<string, string> = new Map([
  ['63ece914e54dd87915f34033c85af4c0696ba1512f8add66ced738331207b546', 'Yubico PIV Root CA Serial 263751'],
  [
    '7e996a28e3055223733c9aec897900eda9b746e3e15d419556ac6a1179879a50',
    'Yubico PIV Root CA Serial 263751 (before 2018)',
  ],
  ['0fa1386f80eb8713263ae5c1d84deb455bdf08aea50ab05503cefee82b092d42', 'Yubico U2F Root CA Serial 457200631'],
  ['62760c6a6ef91679f454c8902b80fd009825b3f25da90f1fbace2ec6586cd5a8', 'Yubico Attestation Root 1'],
  ['4698a1d3389c3ec60016c216250f1d0439922832d65142327436376dc2942b55', 'Yubico Attestation Intermediate A 1'],
  ['d4cc3f456fdaf4e7812a21aab1dfe9d8e27d24e2fd2d6f21c9940109f0daa754', 'Yubico Attestation Intermediate B 1'],
  ['6de693f05376f5d8ca29069261e1c8626c75d503bd2edbfd75354cad1f722870', 'Yubico PIV Attestation A 1'],
  ['2d55b7998f4e42569d6d8fa382b6dc77d1dacf07358b19701163892922b17052', 'Yubico PIV Attestation B 1'],
  ['0c90b7d184a36edf50a35f9be935f0c5689bfdcfe5bdd073366cafb49061a440', 'Yubico PIV Attestation B2 1'],
]);

/** `root`: an authority's certificate that is signed with its own key, and so can be a trust anchor. `intermediate`: any other certificate. */
export type VendorRole = 'root' | 'intermediate';

/** The reason why a certificate cannot be used. */
export type VendorProblem = 'unreadable' | 'no-authority' | 'signature' | 'expired' | 'not-yet-valid';

/** A certificate that is offered for trust, or that a policy trusts already, as an operator sees it. */
export interface InspectedCertificate {
  /** The name under which the certificate is known; the subject if the certificate is unknown; `Not a certificate` if it cannot be read. */
  readonly name: string;
  /** SHA-256 of the DER certificate, lower case hexadecimal; empty if the certificate cannot be read. */
  readonly fingerprint: string;
  readonly role: VendorRole;
  /** Set if the fingerprint is among the known certificates. */
  readonly known: boolean;
  /**
   * Set if this certificate is not a known certificate, but a known certificate signed it. The certificate then belongs to an authority of the
   * vendor for another application.
   */
  readonly vouchedFor: boolean;
  /** The reason why the certificate cannot be used; null if the certificate can be used. */
  readonly problem: VendorProblem | null;
  readonly pem: string;
}

/** Certificates and names by which the inspected certificates are judged. */
export interface InspectionOptions {
  /** PEM certificates that are already trusted. The known certificates among them can vouch for others (`vouchedFor`). */
  readonly beside?: readonly string[];
  /** Names of known certificates, by the SHA-256 of the DER certificate, lower case hexadecimal. */
  readonly known?: ReadonlyMap<string, string>;
}

/**
 * Inspects the certificates in a PEM text. A certificate that the text repeats is listed one time, if it can be read. Text between the
 * certificates is ignored, because some vendors add it.
 */
export function inspectVendorCertificates(
  pem: string,
  { beside = [], known = KNOWN_CERTIFICATES }: InspectionOptions = {},
): InspectedCertificate[] {
  const pems = splitPem(pem);
  const readable = [...pems, ...beside].flatMap((one) => parsePem(one) ?? []);
  const vouching = readable.filter(({ fingerprint }) => known.has(fingerprint));
  const inspected = pems.map((one) => inspect(one, known, vouching));
  return inspected.filter(
    ({ fingerprint }, index) =>
      fingerprint === '' || inspected.findIndex((other) => other.fingerprint === fingerprint) === index,
  );
}

/** Sorts PEM certificates into trust anchors (`root`) and others (`intermediate`). Certificates that cannot be read count as intermediates. */
export function sortByRole(pems: readonly string[]): Readonly<Record<VendorRole, string[]>> {
  const isRoot = (pem: string): boolean => {
    const certificate = parsePem(pem);
    return certificate !== undefined && isAnchor(certificate);
  };
  return { root: pems.filter(isRoot), intermediate: pems.filter((pem) => !isRoot(pem)) };
}

function inspect(
  pem: string,
  knownNames: ReadonlyMap<string, string>,
  vouching: readonly ParsedCertificate[],
): InspectedCertificate {
  const certificate = parsePem(pem);
  if (!certificate)
    return {
      name: 'Not a certificate',
      fingerprint: '',
      role: 'intermediate',
      known: false,
      vouchedFor: false,
      problem: 'unreadable',
      pem,
    };
  const { fingerprint } = certificate;
  const name = knownNames.get(fingerprint);
  return {
    name: name ?? certificate.subjectText.replaceAll('\n', ', '),
    fingerprint,
    role: isAnchor(certificate) ? 'root' : 'intermediate',
    known: name !== undefined,
    vouchedFor: name === undefined && vouching.some((issuer) => certificate.isSignedBy(issuer)),
    problem: findProblem(certificate, new Date()),
    pem,
  };
}

function findProblem(certificate: ParsedCertificate, now: Date): VendorProblem | null {
  if (!certificate.isAuthority) return 'no-authority';
  if (certificate.issuer === certificate.subject && !isAnchor(certificate)) return 'signature';
  if (certificate.isValidAt(now)) return null;
  return certificate.notAfter < now ? 'expired' : 'not-yet-valid';
}
