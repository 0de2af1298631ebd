import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import type { CertificateSlot, Subscriber } from '@cardwright/cms/authority';
import { tlv } from '@cardwright/cms/authority';
import { KEY_PURPOSES } from '@cardwright/cms/devices';

/**
 * Key usages, names and extensions of a kind of certificate. The profiles for the slots of a card follow SP 800-73-4 Part 1, 3.1
 * and 3.2, and FIPS 201-3, 4.2.
 */
interface Profile {
  readonly keyUsage: (algorithm: string) => x509.KeyUsageFlags;
  /** Extended key usages; null if certificates of this kind do not have the extension. */
  readonly extendedKeyUsage: { readonly usages: readonly string[]; readonly critical: boolean } | null;
  readonly names: (subscriber: Subscriber) => x509.JsonGeneralName[];
  /** Set if a certificate of this kind has the Microsoft SID extension, provided that the user has a SID. */
  readonly mapsToAccount: boolean;
  readonly subject: (subscriber: Subscriber) => x509.JsonName;
}

const { clientAuth, emailProtection, smartCardLogon, pkinitClient, microsoftDocumentSigning } = KEY_PURPOSES;
const PIV_CARD_AUTH = '2.16.840.1.101.3.6.8';
const MICROSOFT_SID = '1.3.6.1.4.1.311.25.2';
/** DER of the OID 1.3.6.1.4.1.311.25.2.1, the name form inside the SID extension. */
const MICROSOFT_SID_NAME = Buffer.from('060a2b060104018237190201', 'hex');

const { digitalSignature, nonRepudiation, keyEncipherment, keyAgreement } = x509.KeyUsageFlags;

const person = ({ displayName, username }: Subscriber): x509.JsonName => [
  { CN: [displayName] },
  { '0.9.2342.19200300.100.1.1': [username] },
];
/**
 * Subject with the GUID of the device as its serialNumber (2.5.4.5). The subject names no person, because the certificate in slot 9E can be read
 * without a PIN and without contact.
 */
const device = ({ guid }: Subscriber): x509.JsonName => [{ '2.5.4.5': [guid] }];
const service = ({ displayName }: Subscriber): x509.JsonName => [{ CN: [displayName] }];
const urn = ({ guid }: Subscriber): x509.JsonGeneralName => ({ type: 'url', value: `urn:uuid:${guid}` });
const email = ({ email }: Subscriber): x509.JsonGeneralName[] => (email ? [{ type: 'email', value: email }] : []);
const upn = ({ upn }: Subscriber): x509.JsonGeneralName[] => (upn ? [{ type: 'upn', value: upn }] : []);

export const PROFILES: Readonly<Record<CertificateSlot, Profile>> = {
  '9A': {
    keyUsage: () => digitalSignature,
    extendedKeyUsage: { usages: [clientAuth, smartCardLogon, pkinitClient], critical: false },
    names: (subscriber) => [...upn(subscriber), urn(subscriber)],
    mapsToAccount: true,
    subject: person,
  },
  '9C': {
    keyUsage: () => digitalSignature | nonRepudiation,
    extendedKeyUsage: { usages: [emailProtection, microsoftDocumentSigning], critical: false },
    names: email,
    mapsToAccount: false,
    subject: person,
  },
  '9D': {
    keyUsage: (algorithm) => (algorithm.startsWith('RSA') ? keyEncipherment : keyAgreement),
    extendedKeyUsage: { usages: [emailProtection], critical: false },
    names: email,
    mapsToAccount: false,
    subject: person,
  },
  '9E': {
    keyUsage: () => digitalSignature,
    extendedKeyUsage: { usages: [PIV_CARD_AUTH], critical: true },
    names: (subscriber) => [urn(subscriber)],
    mapsToAccount: false,
    subject: device,
  },
  // A phone signs its request for the configuration with this key (over-the-air enrolment, phase 3).
  'phone-identity': {
    keyUsage: () => digitalSignature | keyEncipherment,
    extendedKeyUsage: { usages: [clientAuth], critical: false },
    names: (subscriber) => [urn(subscriber)],
    mapsToAccount: false,
    subject: device,
  },
  'phone-authentication': {
    keyUsage: () => digitalSignature | keyEncipherment,
    extendedKeyUsage: { usages: [clientAuth], critical: false },
    names: (subscriber) => [...upn(subscriber), ...email(subscriber), urn(subscriber)],
    mapsToAccount: true,
    subject: person,
  },
  'phone-signature': {
    keyUsage: () => digitalSignature | nonRepudiation,
    extendedKeyUsage: { usages: [emailProtection], critical: false },
    names: email,
    mapsToAccount: false,
    subject: person,
  },
  'phone-encryption': {
    keyUsage: () => keyEncipherment,
    extendedKeyUsage: { usages: [emailProtection], critical: false },
    names: email,
    mapsToAccount: false,
    subject: person,
  },
  // The SCEP server signs its messages with this key, and phones encrypt their requests so that only this key can decrypt them. If no other key
  // and certificate are configured for signing configuration profiles, the server also signs these profiles with this key.
  'registration-authority': {
    keyUsage: () => digitalSignature | keyEncipherment,
    extendedKeyUsage: null,
    names: () => [],
    mapsToAccount: false,
    subject: service,
  },
};

export const subjectOf = (slot: CertificateSlot, subscriber: Subscriber): x509.JsonName =>
  PROFILES[slot].subject(subscriber);

/** Builds the extensions that depend on the slot, the algorithm of the key and the subscriber, not on the authority. */
export function profileExtensions(slot: CertificateSlot, algorithm: string, subscriber: Subscriber): x509.Extension[] {
  const profile = PROFILES[slot];
  const names = profile.names(subscriber);
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(profile.keyUsage(algorithm), true),
    ...extendedKeyUsage(profile),
    ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
    ...(profile.mapsToAccount && subscriber.sid ? [sidExtension(subscriber.sid)] : []),
  ];
}

function extendedKeyUsage({ extendedKeyUsage: given }: Profile): x509.Extension[] {
  return given ? [new x509.ExtendedKeyUsageExtension([...given.usages], given.critical)] : [];
}

/**
 * Returns the extension that ties a certificate to a Windows account (KB5014754). The value of the extension is a DER GeneralNames with one
 * otherName: SEQUENCE { [0] { OID, [0] { OCTET STRING of the SID in ASCII } } }.
 */
function sidExtension(sid: string): x509.Extension {
  const SEQUENCE = 0x30;
  const CONTEXT_0 = 0xa0;
  const OCTET_STRING = 0x04;
  const value = tlv(CONTEXT_0, tlv(OCTET_STRING, Buffer.from(sid, 'ascii')));
  return new x509.Extension(
    MICROSOFT_SID,
    false,
    new Uint8Array(tlv(SEQUENCE, tlv(CONTEXT_0, MICROSOFT_SID_NAME, value))),
  );
}
