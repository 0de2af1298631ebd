import type { KeyObject } from 'node:crypto';
import { PHONE_SLOTS, type PhoneSlot } from '@cardwright/cms';
import { mobileProof, type MobileProof } from '@cardwright/protocol';
import * as v from 'valibot';

/** What an administrator decides about mobile devices: as it is written, and as the portal works with it. */

const LONGEST_NAME = 64;
/** Days: three years. A phone that is still in use by then is added again. */
const LONGEST_LIFE = 1095;

/** The path of a PEM file. */
const path = v.pipe(v.string(), v.minLength(1));
/** In one line. */
const name = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(LONGEST_NAME), v.regex(/^\P{Cc}*$/u));
const minutes = (most: number, otherwise: number) =>
  v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(most)), otherwise);
/** A certificate (of a signer of profiles: with those up to its root), and its private key. */
const identity = v.strictObject({ certificate: path, key: path });

/** The settings without what only files can tell. */
export const writtenMobileSettings = v.strictObject({
  /** Who gives the profile, as the phone shows it. */
  organization: name,
  /** Names of the accounts that may add one; everyone where it is missing. */
  users: v.optional(v.pipe(v.array(name), v.minLength(1))),
  /** What the user gives before the code is shown. */
  proof: v.optional(mobileProof, 'none'),
  /** Certificates that a phone gets besides that for authentication. */
  slots: v.optional(
    v.strictObject({ signature: v.optional(v.boolean(), false), encryption: v.optional(v.boolean(), false) }),
    {},
  ),
  /** Bits of the phone's RSA keys: those that Apple documents. */
  keySize: v.optional(v.picklist([2048, 4096]), 2048),
  /** For which a phone's certificates are good. */
  days: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LONGEST_LIFE)), 365),
  /** Apple's authorities that a phone's own certificate may be from. */
  deviceAuthorities: v.pipe(v.array(path), v.minLength(1)),
  /** Signs the profiles; without it the registration authority does, and phones say Unverified. */
  signing: v.optional(identity),
  /** Reads and signs SCEP messages (RSA); without it the portal makes one. */
  registrationAuthority: v.optional(identity),
  /** In which the link has to be opened, and the phone to be confirmed. */
  linkMinutes: minutes(60, 15),
  confirmMinutes: minutes(15, 5),
  /** After which an enrolling phone that asks for nothing has failed. */
  silenceMinutes: minutes(30, 5),
});
export type WrittenMobileSettings = v.InferOutput<typeof writtenMobileSettings>;

/** The settings, with the contents of their files: certificates in DER. */
export interface MobileSettings {
  readonly organization: string;
  /** Names of the accounts that may add a mobile device; null: everyone. */
  readonly users: readonly string[] | null;
  readonly proof: MobileProof;
  /** The certificates of a phone, in their order; the first is `phone-authentication`. */
  readonly slots: readonly PhoneSlot[];
  /** Bits of the phone's RSA keys. */
  readonly keySize: number;
  readonly days: number;
  readonly deviceAuthorities: readonly Uint8Array[];
  /** Null: the registration authority signs the profiles. */
  readonly signing: {
    /** The signer first. */ readonly certificates: readonly Uint8Array[];
    readonly key: KeyObject;
  } | null;
  /** Null: made by the portal. */
  readonly registrationAuthority: { readonly certificate: Uint8Array; /** RSA. */ readonly key: KeyObject } | null;
  /** Milliseconds, as the next two. */
  readonly linkLifetime: number;
  readonly confirmationTime: number;
  readonly silence: number;
}

/** The certificates that a phone gets, as they are written. */
export const orderedSlots = ({ signature, encryption }: WrittenMobileSettings['slots']): readonly PhoneSlot[] =>
  PHONE_SLOTS.filter(
    (slot) =>
      slot === 'phone-authentication' ||
      (slot === 'phone-signature' && signature) ||
      (slot === 'phone-encryption' && encryption),
  );
