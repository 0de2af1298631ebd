import type { KeyObject } from 'node:crypto';
import { PHONE_SLOTS, type PhoneSlot } from '@cardwright/cms/authority';
import { mobileProof, type MobileProof } from '@cardwright/protocol/mobile';
import * as v from 'valibot';

/** The administrator's settings for mobile devices: as written, and as the portal uses them. */

const LONGEST_NAME = 64;
/** Maximum validity of a phone's certificates in days: three years. A phone that is still in use by then must be added again. */
const LONGEST_LIFE = 1095;

/** The path of a PEM file. */
const path = v.pipe(v.string(), v.minLength(1));
/** A name in one line. */
const name = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(LONGEST_NAME), v.regex(/^\P{Cc}*$/u));
const minutes = (most: number, otherwise: number) =>
  v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(most)), otherwise);
/** Files of a certificate and its private key. The file of a signer of profiles also contains the chain up to its root. */
const identity = v.strictObject({ certificate: path, key: path });

/** The settings as written, without the contents of their files. */
export const writtenMobileSettings = v.strictObject({
  /** Organisation that the phone shows as the source of the profile. */
  organization: name,
  /** Names of the accounts that may add a mobile device; everyone if missing. */
  users: v.optional(v.pipe(v.array(name), v.minLength(1))),
  /** Proof that a user must give before the page shows the code. */
  proof: v.optional(mobileProof, 'none'),
  /** Certificates for a phone besides the one for authentication. */
  slots: v.optional(
    v.strictObject({ signature: v.optional(v.boolean(), false), encryption: v.optional(v.boolean(), false) }),
    {},
  ),
  /** Bits of the phone's RSA keys. Apple documents these sizes. */
  keySize: v.optional(v.picklist([2048, 4096]), 2048),
  /** Validity of a phone's certificates in days. */
  days: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LONGEST_LIFE)), 365),
  /** Apple's authorities that may have issued a phone's own certificate. */
  deviceAuthorities: v.pipe(v.array(path), v.minLength(1)),
  /** Identity that signs the profiles. Without it, the registration authority signs them, and phones show Unverified. */
  signing: v.optional(identity),
  /** RSA identity that decrypts and signs SCEP messages. Without it, the portal makes one. */
  registrationAuthority: v.optional(identity),
  /** Time limits in minutes for opening the link, and for confirming the phone. */
  linkMinutes: minutes(60, 15),
  confirmMinutes: minutes(15, 5),
  /** Minutes after which the enrolment of a silent phone fails. */
  silenceMinutes: minutes(30, 5),
});
export type WrittenMobileSettings = v.InferOutput<typeof writtenMobileSettings>;

/** The settings with the contents of their files. Certificates are in DER. */
export interface MobileSettings {
  readonly organization: string;
  /** Names of the accounts that may add a mobile device; null for everyone. */
  readonly users: readonly string[] | null;
  readonly proof: MobileProof;
  /** The certificates of a phone, in their order. The first is `phone-authentication`. */
  readonly slots: readonly PhoneSlot[];
  /** Bits of the phone's RSA keys. */
  readonly keySize: number;
  readonly days: number;
  readonly deviceAuthorities: readonly Uint8Array[];
  /** Identity that signs the profiles; null if the registration authority signs them. */
  readonly signing: {
    /** The signer's certificate first. */ readonly certificates: readonly Uint8Array[];
    readonly key: KeyObject;
  } | null;
  /** The registration authority; null if the portal makes it. */
  readonly registrationAuthority: { readonly certificate: Uint8Array; /** RSA. */ readonly key: KeyObject } | null;
  /** Milliseconds for opening the link. The next two times are milliseconds too. */
  readonly linkLifetime: number;
  readonly confirmationTime: number;
  readonly silence: number;
}

/** Lists the certificates that a phone gets, in their order. */
export const orderedSlots = ({ signature, encryption }: WrittenMobileSettings['slots']): readonly PhoneSlot[] =>
  PHONE_SLOTS.filter(
    (slot) =>
      slot === 'phone-authentication' ||
      (slot === 'phone-signature' && signature) ||
      (slot === 'phone-encryption' && encryption),
  );
