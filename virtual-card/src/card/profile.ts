import type { TransportRules } from '../apdu/channel.js';
import type { FidoProfile } from './fido-profile.js';
import type { Firmware } from './firmware.js';

/** See profiles.ts for what each of them is. */
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
  'piv-fido',
  'shared-pin',
  'fido-key',
  'fido-key-serial',
  'fido-soft',
  'fido-soft-none',
] as const;
export type ProfileName = (typeof profileNames)[number];

/** The points in which real cards differ. What is the same on all of them is not a field here. */
export interface Profile {
  /**
   * Answer to reset (ISO/IEC 7816-3, 8.2). Programs judge by it: OpenSC takes a bare 3B80800101 for a card without
   * elliptic curves, and ykman a YubiKey's USB answer in a reader of another name for none of its own.
   */
  readonly atr: Buffer;
  /** The answer to reset where a reader reads it without contact; undefined for a card that makes no difference. */
  readonly contactlessAtr: Buffer | undefined;
  /** Whether there is a PIV application at all. */
  readonly pivApplication: boolean;
  /** Yubico's firmware: its instructions F6 to FF and the management application. Undefined on other vendors' cards. */
  readonly firmware: Firmware | undefined;
  /** Undefined where there is no FIDO2 application. */
  readonly fido: FidoProfile | undefined;
  /** Tries of the PIN as it leaves the factory, and after a reset. */
  readonly pinTries: number;
  /** The factory put a certified key into F9, and nobody has deleted it since. */
  readonly attestationKey: boolean;
  readonly transport: TransportRules;
  readonly factoryManagementKey: { readonly algorithm: number; readonly key: Buffer };
  readonly keyAlgorithms: readonly number[];
  /** Retired key management slots 82 to 95 take keys. */
  readonly retiredSlots: boolean;
  /** Whether any object 5Fxxxx can be stored, or only the containers of SP 800-73-4 Part 1, table 3. */
  readonly anyObject: boolean;
  readonly maxObjectBytes: number;
  /** Accepts the one-way form of authentication on 9B (tag 81 without a witness). */
  readonly oneWayManagementAuthentication: boolean;
  /** Tag 82 beside a challenge on 9B, even an empty one, asks for INTERNAL AUTHENTICATE, which grants nothing. */
  readonly internalManagementAuthentication: boolean;
  /** An EC key in 9D, or in a retired slot, may sign and not only derive a shared secret. */
  readonly ecKeyManagementKeySigns: boolean;
  /** A PIN outside the format (6 to 8 bytes, padded with FF) is refused before it is compared, and costs no try. */
  readonly checksPinFormatFirst: boolean;
  /** The format of the PIN, though not of the PUK, allows only the digits 0 to 9. */
  readonly pinDigitsOnly: boolean;
  readonly freshPin: FreshPinRule;
  /** SELECT of the selected application, or of an unknown one, ends the login. */
  readonly selectEndsLogin: boolean;
  readonly statusWords: ProfileStatusWords;
}

/**
 * For how long a verified PIN is good for a key with "PIN always":
 * - `until-used`: until a key was used;
 * - `until-other-command`: until any command but VERIFY and GENERAL AUTHENTICATE;
 * - `next-command`: VERIFY must stand immediately before.
 */
export type FreshPinRule = 'until-used' | 'until-other-command' | 'next-command';

export interface ProfileStatusWords {
  /** VERIFY with a wrong PIN that was the last try. Afterwards all answer 6983. */
  readonly lastTryFailed: number;
  /** A wrong answer to the management key's challenge. */
  readonly wrongManagementAnswer: number;
  /** An answer to a challenge of the management key that the card never made, or that another command has ended. */
  readonly unaskedManagementAnswer: number;
  /** GENERAL AUTHENTICATE on 9B with another algorithm than the key's; undefined: P1 is not looked at. */
  readonly wrongManagementAlgorithm: number | undefined;
  /** GENERATE with an algorithm that the card does not have, without management authentication. */
  readonly badAlgorithmBeforeAuthentication: number;
  readonly noKeyInSlot: number;
  readonly unknownApplication: number;
  readonly unknownClass: number;
}
