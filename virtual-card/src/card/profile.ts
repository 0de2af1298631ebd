import type { TransportRules } from '../apdu/channel.js';
import type { FidoProfile } from './fido-profile.js';
import type { Firmware } from './firmware.js';

/** Described in profiles.ts. */
export const profileNames = [
  'yubikey',
  'yubikey-4.3.7',
  'yubikey-5.4',
  'yubikey-5.7.2',
  'yubikey-5.8',
  'yubikey-no-extended',
  'yubikey-no-f9',
  'yubikey-no-attest',
  'piv',
  'piv-strict',
  'no-piv',
  'odd-select',
  'gids',
  'piv-fido',
  'shared-pin',
  'fido-key',
  'fido-key-serial',
  'fido-soft',
  'fido-soft-none',
] as const;
export type ProfileName = (typeof profileNames)[number];

/** The properties in which real cards differ. Properties that all share are not fields here. */
export interface Profile {
  /**
   * Answer to reset (ISO/IEC 7816-3, 8.2). Programs draw conclusions from it. OpenSC assumes that a card with a bare 3B80800101 has no
   * elliptic curves, and ykman rejects a YubiKey's USB answer in a reader with another name.
   */
  readonly atr: Buffer;
  /** The answer to reset in a contactless reader. Undefined for a card with one answer for both. */
  readonly contactlessAtr: Buffer | undefined;
  /** Set when the card has a PIV application. */
  readonly pivApplication: boolean;
  /** AID of an application that is neither PIV nor FIDO2. It can be selected, and refuses every command. */
  readonly otherApplication: Buffer | undefined;
  /** Yubico's firmware: its instructions F6 to FF and the management application. Undefined on other vendors' cards. */
  readonly firmware: Firmware | undefined;
  /** Undefined where the card has no FIDO2 application. */
  readonly fido: FidoProfile | undefined;
  /** Tries of the PIN after the factory and after a reset. */
  readonly pinTries: number;
  /** Set when the factory put a certified key into F9, and nobody has deleted it since. */
  readonly attestationKey: boolean;
  readonly transport: TransportRules;
  readonly factoryManagementKey: { readonly algorithm: number; readonly key: Buffer };
  readonly keyAlgorithms: readonly number[];
  /** Set when the retired key management slots 82 to 95 can hold keys. */
  readonly retiredSlots: boolean;
  /** Set when any object 5Fxxxx can be stored. Otherwise only the containers of SP 800-73-4 Part 1, table 3. */
  readonly anyObject: boolean;
  readonly maxObjectBytes: number;
  /** Accepts one-way authentication on 9B (tag 81 without a witness). */
  readonly oneWayManagementAuthentication: boolean;
  /** Executes INTERNAL AUTHENTICATE for tag 82 beside a challenge on 9B, even an empty one. It grants nothing. */
  readonly internalManagementAuthentication: boolean;
  /** Lets an EC key in 9D, or in a retired slot, sign and not only derive a shared secret. */
  readonly ecKeyManagementKeySigns: boolean;
  /** Refuses a PIN outside the format (6 to 8 bytes, padded with FF) before the comparison, without spending a try. */
  readonly checksPinFormatFirst: boolean;
  /** Permits only the digits 0 to 9 in the PIN, though not in the PUK. */
  readonly pinDigitsOnly: boolean;
  readonly freshPin: FreshPinRule;
  /** Ends the login on a SELECT of the selected application, or of an unknown one. */
  readonly selectEndsLogin: boolean;
  readonly statusWords: ProfileStatusWords;
}

/**
 * The validity of a verified PIN for a key with "PIN always":
 * - `until-used`: until a key was used;
 * - `until-other-command`: until any command but VERIFY and GENERAL AUTHENTICATE;
 * - `next-command`: VERIFY must stand immediately before.
 */
export type FreshPinRule = 'until-used' | 'until-other-command' | 'next-command';

export interface ProfileStatusWords {
  /** VERIFY with a wrong PIN on the last try. Afterwards all answer 6983. */
  readonly lastTryFailed: number;
  /** A wrong answer to the management key's challenge. */
  readonly wrongManagementAnswer: number;
  /** An answer to a challenge of the management key that the card never issued, or that another command has ended. */
  readonly unaskedManagementAnswer: number;
  /** GENERAL AUTHENTICATE on 9B with another algorithm than the key's. If undefined, P1 is ignored. */
  readonly wrongManagementAlgorithm: number | undefined;
  /** GENERATE with an algorithm that the card lacks, without management authentication. */
  readonly badAlgorithmBeforeAuthentication: number;
  readonly noKeyInSlot: number;
  readonly unknownApplication: number;
  readonly unknownClass: number;
}
