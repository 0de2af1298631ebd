import { createHash } from 'node:crypto';
import { words as all } from '@cardwright/words/at-once/portal-server';
import type { CertificateOrder, EnrolmentMethod, PropertyDictionary } from './enrolment-method.js';
import { newPayload } from './payload.js';
import { isSelfSigned, readCertificate } from './sent-certificate.js';

/** What a phone is asked to say of itself (Over-the-Air Profile Delivery and Configuration, phase 1). */
const DEVICE_ATTRIBUTES = ['UDID', 'VERSION', 'PRODUCT', 'SERIAL'];
/** TargetDeviceType of iPhone and iPad: nobody is asked whether a watch is meant. */
const IPHONE_OR_IPAD = 1;
/** Bytes of a hash that make an identifier: enough that no two meet. */
const IDENTIFIER_BYTES = 16;

/** What all profiles of an enrolment have in common. */
export interface ProfileOptions {
  /** Shown as the one that the profile comes from. */
  readonly organization: string;
  readonly language: string;
  /** What {@link profileIdentifier} gives. */
  readonly identifier: string;
}

/** Whom certificates are for. */
export interface ProfileSubject {
  /** Host of the portal, for example `cards.example.com`. */
  readonly host: string;
  /** The user's id. */
  readonly user: string;
  /** UDID of the phone. Null while it is not known: for the first profile. */
  readonly device: string | null;
}

/**
 * The same for the same user and device, so that a new profile replaces the old one: `com.example.cards.mobile.`, and a hash, so
 * that it tells nobody who or what. Payloads append to it: see {@link payloadIdentifier}.
 */
export function profileIdentifier({ host, user, device }: ProfileSubject): string {
  const hash = createHash('sha256').update(JSON.stringify([user, device]));
  const reverseHost = host.split('.').reverse().join('.');
  return `${reverseHost}.mobile.${hash.digest('hex').slice(0, 2 * IDENTIFIER_BYTES)}`;
}

/** Identifier of a payload: the same for the same phone and purpose. */
export const payloadIdentifier = (profile: string, purpose: CertificateOrder['slot'] | 'authority'): string =>
  `${profile}.${purpose}`;

/**
 * The first profile: the phone signs its attributes and the challenge, and sends them to `url`. Nothing is installed by it.
 *
 * @param options.challenge comes back as `CHALLENGE`; printable ASCII, at most 256 characters
 */
export function identificationProfile(
  options: ProfileOptions & { readonly url: string; readonly challenge: string },
): PropertyDictionary {
  return newPayload('Profile Service', `${options.identifier}.identification`, {
    ...words('identification', options),
    PayloadContent: { URL: options.url, DeviceAttributes: DEVICE_ATTRIBUTES, Challenge: options.challenge },
  });
}

/** The second: the certificate with which the phone signs its next request to the profile service. */
export function enrolmentProfile(
  options: ProfileOptions & { readonly method: EnrolmentMethod; readonly certificate: CertificateOrder },
): PropertyDictionary {
  return newPayload('Configuration', `${options.identifier}.enrolment`, {
    ...words('enrolment', options),
    TargetDeviceType: IPHONE_OR_IPAD,
    PayloadContent: [options.method.payload(options.certificate)],
  });
}

/**
 * The one that stays on the phone: the user's certificates, and that of their authority. Its owner may remove it.
 *
 * @param options.authority DER
 */
export function configurationProfile(
  options: ProfileOptions & {
    readonly method: EnrolmentMethod;
    readonly certificates: readonly CertificateOrder[];
    readonly authority: Uint8Array;
  },
): PropertyDictionary {
  return newPayload('Configuration', options.identifier, {
    ...words('configuration', options),
    TargetDeviceType: IPHONE_OR_IPAD,
    PayloadContent: [authorityPayload(options), ...options.certificates.map((order) => options.method.payload(order))],
  });
}

function authorityPayload({
  authority,
  identifier,
  language,
}: ProfileOptions & { readonly authority: Uint8Array }): PropertyDictionary {
  const certificate = readCertificate(authority);
  const type = isSelfSigned(certificate) ? 'com.apple.security.root' : 'com.apple.security.pkcs1';
  return newPayload(type, payloadIdentifier(identifier, 'authority'), {
    PayloadDisplayName: certificate.commonName || all.in(language).certificationAuthority,
    PayloadCertificateFileName: 'authority.cer',
    PayloadContent: authority,
  });
}

type Profile = keyof typeof all.english.profiles;

function words(profile: Profile, { organization, language }: ProfileOptions): PropertyDictionary {
  const { name, description } = all.in(language).profiles[profile];
  const filled = (template: string): string => template.replace('{organization}', () => organization);
  return {
    PayloadDisplayName: filled(name),
    PayloadDescription: filled(description),
    PayloadOrganization: organization,
  };
}
