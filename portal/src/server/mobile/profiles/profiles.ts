import { createHash } from 'node:crypto';
import { words as all } from '@cardwright/words/at-once/portal-server';
import type { CertificateOrder, EnrolmentMethod, PropertyDictionary } from './enrolment-method.js';
import { newPayload } from './payload.js';
import { isSelfSigned, readCertificate } from './sent-certificate.js';

/** Attributes that a phone is asked for (Over-the-Air Profile Delivery and Configuration, phase 1). */
const DEVICE_ATTRIBUTES = ['UDID', 'VERSION', 'PRODUCT', 'SERIAL'];
/** TargetDeviceType of iPhone and iPad. Without this value, the user would be asked whether the profile is for a watch. */
const IPHONE_OR_IPAD = 1;
/** Number of bytes of the hash in an identifier: enough to rule out collisions. */
const IDENTIFIER_BYTES = 16;

/** Members common to all profiles of an enrolment. */
export interface ProfileOptions {
  /** Organisation that the phone shows as the source of the profile. */
  readonly organization: string;
  readonly language: string;
  /** Result of {@link profileIdentifier}. */
  readonly identifier: string;
}

/** The facts from which a profile's identifier is made. */
export interface ProfileSubject {
  /** Host of the portal, for example `cards.example.com`. */
  readonly host: string;
  /** The user's id. */
  readonly user: string;
  /** UDID of the phone. Null in the first profile, while the UDID is unknown. */
  readonly device: string | null;
}

/**
 * Returns a profile's identifier: for the host `cards.example.com`, the prefix `com.example.cards.mobile.`, and a hash that reveals neither user nor
 * device. The identifier is the same for the same user and device, so that a new profile replaces the old one. The identifiers of payloads begin with
 * the identifier of the profile: see {@link payloadIdentifier}.
 */
export function profileIdentifier({ host, user, device }: ProfileSubject): string {
  const hash = createHash('sha256').update(JSON.stringify([user, device]));
  const reverseHost = host.split('.').reverse().join('.');
  return `${reverseHost}.mobile.${hash.digest('hex').slice(0, 2 * IDENTIFIER_BYTES)}`;
}

/** Makes a payload's identifier from the identifier of its profile. The result is the same for the same user, phone and purpose. */
export const payloadIdentifier = (profile: string, purpose: CertificateOrder['slot'] | 'authority' | 'icon'): string =>
  `${profile}.${purpose}`;

/**
 * Writes the first profile. The phone signs its attributes and the challenge, and sends them to `url`. The profile installs nothing.
 *
 * @param options.challenge text that the phone repeats as `CHALLENGE`; printable ASCII, at most 256 characters
 */
export function identificationProfile(
  options: ProfileOptions & { readonly url: string; readonly challenge: string },
): PropertyDictionary {
  return newPayload('Profile Service', `${options.identifier}.identification`, {
    ...words('identification', options),
    PayloadContent: { URL: options.url, DeviceAttributes: DEVICE_ATTRIBUTES, Challenge: options.challenge },
  });
}

/**
 * Writes the second profile. With this profile, the phone requests the certificate with which the phone signs its next request to the profile
 * service.
 */
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
 * Writes the profile that stays on the phone. The profile contains the authority's certificate, has the phone request the user's certificates, and
 * brings an icon by which the user finishes the setup. The owner may remove the profile, and the icon alone.
 *
 * @param options.icon address of the icon
 * @param options.authority the certification authority's certificate in DER
 */
export function configurationProfile(
  options: ProfileOptions & {
    readonly method: EnrolmentMethod;
    readonly certificates: readonly CertificateOrder[];
    readonly authority: Uint8Array;
    readonly icon: string;
  },
): PropertyDictionary {
  return newPayload('Configuration', options.identifier, {
    ...words('configuration', options),
    TargetDeviceType: IPHONE_OR_IPAD,
    PayloadContent: [
      authorityPayload(options),
      ...options.certificates.map((order) => options.method.payload(order)),
      iconPayload(options),
    ],
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

/** Makes a payload of type `com.apple.webClip.managed` (apple/device-management, mdm/profiles/com.apple.webClip.managed.yaml). */
const iconPayload = ({ icon, identifier, language }: ProfileOptions & { readonly icon: string }): PropertyDictionary =>
  newPayload('com.apple.webClip.managed', payloadIdentifier(identifier, 'icon'), {
    PayloadDisplayName: all.in(language).icon.label,
    Label: all.in(language).icon.label,
    URL: icon,
    IsRemovable: true,
    FullScreen: false,
  });

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
