import type { KeyObject } from 'node:crypto';
import { PHONE_SLOTS, type PhoneSlot } from '@cardwright/cms/authority';
import { mobileProof, type MobileProof } from '@cardwright/protocol/mobile';
import * as v from 'valibot';

/** The settings for mobile devices: as the administrator writes them, and as the portal uses them. */

const LONGEST_NAME = 64;
/** Maximum validity of a phone's certificates in days: three years. A phone that has not renewed its certificates by then must be added again. */
const LONGEST_LIFE = 1095;

/** Path of a PEM file. */
const path = v.pipe(v.string(), v.minLength(1));
/** Name in one line: 1 to 64 characters without control characters. */
const name = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(LONGEST_NAME), v.regex(/^\P{Cc}*$/u));
const minutes = (most: number, otherwise: number) =>
  v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(most)), otherwise);
/**
 * Files of a certificate and its private key. For `signing`, the file of the certificate also contains the chain up to an authority
 * that phones know.
 */
const identity = v.strictObject({ certificate: path, key: path });

/** The settings as written, without the contents of their files. */
export const writtenMobileSettings = v.strictObject({
  /** Organisation that the phone shows as the source of the profile. */
  organization: name,
  /** User names of the accounts that may add a mobile device. Without this member, all accounts may. */
  users: v.optional(v.pipe(v.array(name), v.minLength(1))),
  /** Proof that a user must give before the page shows the QR code that starts the enrolment on the phone. */
  proof: v.optional(mobileProof, 'none'),
  /** Slots of a phone that get a certificate. The slot `phone-authentication` always gets one. */
  slots: v.optional(
    v.strictObject({ signature: v.optional(v.boolean(), false), encryption: v.optional(v.boolean(), false) }),
    {},
  ),
  /** Length of the phone's RSA keys in bits. Apple also documents 1024, which is too short to be safe. */
  keySize: v.optional(v.picklist([2048, 4096]), 2048),
  /** Validity of a phone's certificates in days. */
  days: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LONGEST_LIFE)), 365),
  /**
   * Files with the certificates of Apple's authorities for devices. One of these authorities must stand above the certificate of a phone
   * (`checkDeviceChain`).
   */
  deviceAuthorities: v.pipe(v.array(path), v.minLength(1)),
  /**
   * Certificate and key that sign the profiles. Without this member, the registration authority signs the profiles, and phones show them as
   * unverified.
   */
  signing: v.optional(identity),
  /** Certificate and RSA key of the SCEP server, for decrypting requests and signing answers. Without this member, the portal makes its own. */
  registrationAuthority: v.optional(identity),
  /** Minutes from the start of an enrolment until its profile must be downloaded. */
  linkMinutes: minutes(60, 15),
  /** Minutes from the answer of the phone until the user must have confirmed the phone. */
  confirmMinutes: minutes(15, 5),
  /** Minutes without a request of the confirmed phone after which its enrolment fails. */
  silenceMinutes: minutes(30, 5),
});
export type WrittenMobileSettings = v.InferOutput<typeof writtenMobileSettings>;

/** The settings with the contents of their files. Certificates are in DER. */
export interface MobileSettings {
  readonly organization: string;
  /** User names of the accounts that may add a mobile device; null if all accounts may. */
  readonly users: readonly string[] | null;
  readonly proof: MobileProof;
  /** Slots of the certificates that stay on a phone, in their order. The first is `phone-authentication`. */
  readonly slots: readonly PhoneSlot[];
  /** Length of the phone's RSA keys in bits. */
  readonly keySize: number;
  readonly days: number;
  readonly deviceAuthorities: readonly Uint8Array[];
  /** Certificates and key that sign the profiles; null if the registration authority signs them. */
  readonly signing: {
    /** The signer's certificate comes first. */ readonly certificates: readonly Uint8Array[];
    readonly key: KeyObject;
  } | null;
  /** The certificate and RSA private key of the registration authority; null if the portal makes its own. */
  readonly registrationAuthority: { readonly certificate: Uint8Array; readonly key: KeyObject } | null;
  /** Milliseconds from the start of an enrolment until its profile must be downloaded. */
  readonly linkLifetime: number;
  /** Milliseconds from the answer of the phone until the user must have confirmed the phone. */
  readonly confirmationTime: number;
  /** Milliseconds without a request of the confirmed phone after which its enrolment fails. */
  readonly silence: number;
}

/** Lists the slots of the certificates that stay on a phone, in their order. */
export const orderedSlots = ({ signature, encryption }: WrittenMobileSettings['slots']): readonly PhoneSlot[] =>
  PHONE_SLOTS.filter(
    (slot) =>
      slot === 'phone-authentication' ||
      (slot === 'phone-signature' && signature) ||
      (slot === 'phone-encryption' && encryption),
  );
