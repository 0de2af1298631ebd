import type { X509Certificate } from 'node:crypto';
import { splitPem } from '@cardwright/cms/attestation';
import { readForeignCertificate } from '@cardwright/cms/keys';
import type { DevicePolicy } from '@cardwright/cms/policies';
import type { CrlSpan } from '../../server/ca/published-crl.js';
import type { SignInSettings } from '../../server/login/settings.js';
import type { MobileSettings } from '../../server/mobile/settings.js';
import type { PasskeyServiceSettings } from '../../server/passkeys/settings.js';
import { certificateName } from '../../server/certificates/certificate-name.js';
import { urgencyOf, type Life, type Urgency } from '../../server/certificates/life.js';

/** All that the expiry dates of an installation are read from. */
export interface ExpirySources {
  /** The DER certificate of the certification authority; null if it is not known, for example because the portal has not made it yet. */
  readonly authority: Uint8Array | null;
  /** The last CRL that was made; null if no CRL was made yet. */
  readonly crl: CrlSpan | null;
  /** The DER certificate that the portal made for its registration authority; null if it made none. */
  readonly registrationAuthority: Uint8Array | null;
  /** The device policies, which trust certificates of vendors. */
  readonly policies: readonly Pick<DevicePolicy, 'attestationRoots' | 'attestationIntermediates'>[];
  readonly configuration: {
    readonly mobile: MobileSettings | null;
    readonly passkeyServices: readonly PasskeyServiceSettings[];
    readonly signIn: SignInSettings;
  };
}

interface Expiring extends Life {
  /** Common name of the certificate in quotes; empty for a CRL, which has no name. */
  readonly name: string;
  /** Set if the portal replaces this by itself when it is needed, so that nobody is warned of its end. */
  readonly isRenewed?: true;
}

/**
 * Everything in an installation of the portal that expires, by its kind. This table is the only source: the log, `doctor`, the operator's page and the
 * metrics read it. Certificates of devices are left out, because their owners are told (`note-expiries.ts`), and so is the TLS certificate of the proxy,
 * which only `doctor` can see. The end of a client secret or of a directory's password is written nowhere in the settings.
 */
const SOURCES = {
  authority: ({ authority }) => certificates(authority),
  crl: ({ crl }) => (crl === null ? [] : [{ name: '', notBefore: crl.thisUpdate, notAfter: crl.nextUpdate }]),
  'registration-authority': ({ registrationAuthority: made, configuration: { mobile } }) => {
    if (mobile === null) return [];
    const given = mobile.registrationAuthority;
    return given
      ? certificates(given.certificate)
      : certificates(made).map((one): Expiring => ({ ...one, isRenewed: true }));
  },
  'profile-signature': ({ configuration: { mobile } }) => certificates(...(mobile?.signing?.certificates ?? [])),
  'device-authority': ({ configuration: { mobile } }) => certificates(...(mobile?.deviceAuthorities ?? [])),
  vendor: ({ policies }) =>
    certificates(...policies.flatMap((policy) => [...policy.attestationRoots, ...policy.attestationIntermediates])),
  'passkey-vendor': ({ configuration: { passkeyServices } }) =>
    certificates(
      ...passkeyServices.flatMap((one) => (one.kind === 'webauthn' ? [...one.roots, ...one.intermediates] : [])),
    ),
  'passkey-service': ({ configuration: { passkeyServices } }) =>
    certificates(
      ...passkeyServices.flatMap((one) =>
        one.kind === 'entra' && 'certificate' in one.credential ? splitPem(one.credential.certificate) : [],
      ),
    ),
  'directory-authority': ({ configuration: { signIn } }) => certificates(...splitPem(signIn.ldap?.ca ?? '')),
} as const satisfies Readonly<Record<string, (sources: ExpirySources) => readonly Expiring[]>>;

/** Kind of something that expires. Its words are in `expiryDates.kinds` of the words for operators. */
export type ExpiryKind = keyof typeof SOURCES;
export const EXPIRY_KINDS = Object.keys(SOURCES) as readonly ExpiryKind[];

/** Something that expires. */
export interface ExpiryDate extends Omit<Expiring, 'isRenewed'> {
  readonly kind: ExpiryKind;
  /** Always `later` if the portal replaces this by itself. */
  readonly urgency: Urgency;
}

/** Lists everything in an installation that expires, what ends first at the beginning. Certificates that cannot be read are left out. */
export function expiryDatesOf(sources: ExpirySources, now: Date): ExpiryDate[] {
  return EXPIRY_KINDS.flatMap((kind) =>
    SOURCES[kind](sources).map(({ isRenewed, ...one }: Expiring): ExpiryDate => ({
      kind,
      ...one,
      urgency: isRenewed ? 'later' : urgencyOf(one, now),
    })),
  ).sort((a, b) => a.notAfter.getTime() - b.notAfter.getTime());
}

/** Returns the certificates that can be read, each once. @param encoded DER, or PEM of one certificate */
function certificates(...encoded: readonly (Uint8Array | string | null)[]): Expiring[] {
  const read = new Map<string, Expiring>();
  for (const one of encoded) {
    const certificate = one === null ? undefined : parse(one);
    if (certificate)
      read.set(certificate.fingerprint256, {
        name: certificateName(certificate),
        notBefore: new Date(certificate.validFrom),
        notAfter: new Date(certificate.validTo),
      });
  }
  return [...read.values()];
}

function parse(encoded: Uint8Array | string): X509Certificate | undefined {
  try {
    return readForeignCertificate(encoded);
  } catch {
    // OpenSSL throws errors of many kinds. Whoever uses such a certificate reports that it cannot be read.
    return undefined;
  }
}
