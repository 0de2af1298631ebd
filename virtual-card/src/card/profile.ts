import type { TransportRules } from '../apdu/channel.js';
import type { FidoProfile } from './fido-profile.js';
import type { Firmware } from './firmware.js';

/** Names of the profiles. The files in profiles/ describe what each card is. */
export const profileNames = [
  'yubikey',
  'yubikey-4.3.7',
  'yubikey-5.4',
  'yubikey-5.7.2',
  'yubikey-5.8',
  'yubikey-6',
  'yubikey-no-extended',
  'yubikey-no-f9',
  'yubikey-no-attest',
  'applet-attests',
  'piv',
  'piv-strict',
  'piv-history',
  'piv-fixed-objects',
  'piv-15-tries',
  'piv-aes-128',
  'piv-aes-256',
  'openfips201',
  'nitrokey-3',
  'solo-2',
  'pivapplet',
  'piv-8-digits',
  'piv-t0',
  'no-piv',
  'odd-select',
  'gsm-select',
  'gids',
  'piv-fido',
  'shared-pin',
  'fido-key',
  'fido-key-serial',
  'fido-key-odd',
  'fido-key-touch',
  'fido-soft',
  'fido-soft-none',
] as const;
export type ProfileName = (typeof profileNames)[number];

/** The properties that differ between real cards. Properties that all cards share are not fields here. */
export interface Profile {
  /**
   * Answer to reset (ISO/IEC 7816-3, 8.2). Programs draw conclusions from it. OpenSC assumes that a card with the ATR 3B80800101 has no elliptic
   * curves. ykman accepts the ATR of a YubiKey on USB only if the reader has the name of a YubiKey.
   */
  readonly atr: Buffer;
  /**
   * The answer to reset in a contactless reader. Undefined for a card that gives the same answer in both kinds of reader, or has no contactless
   * interface.
   */
  readonly contactlessAtr: Buffer | undefined;
  /** Label in the answer to SELECT. Undefined for a YubiKey, which names none, and for a plain card, which has a label of no vendor. */
  readonly label?: string;
  /** Set when the card has a PIV application. */
  readonly pivApplication: boolean;
  /** AID of an application that can be selected, but refuses all its commands. Undefined if the card has no such application. */
  readonly otherApplication: Buffer | undefined;
  /** Yubico's instructions, management application and serial number, as a YubiKey or an applet has them. Undefined for a card without them. */
  readonly firmware: Firmware | undefined;
  /** The FIDO2 application. Undefined if the card has no FIDO2 application. */
  readonly fido: FidoProfile | undefined;
  /** The PIN of a card that is new from the factory. */
  readonly factoryPin: string;
  /** Fewest characters of a PIN. A PUK has 6 to 8 on every card. */
  readonly shortestPin: number;
  /** Tries of the PIN on a card that is new from the factory, and after a reset. */
  readonly pinTries: number;
  /** The same of the PUK. */
  readonly pukTries: number;
  /**
   * Number of latest PINs that the card does not take again, the present one included: CHANGE REFERENCE DATA and RESET RETRY COUNTER answer 6984 once
   * they have accepted the PIN or PUK that authorises the change. 0 for a card without a PIN history.
   */
  readonly pinHistory: number;
  /** Set when slot F9 still contains the certified attestation key from the factory. */
  readonly attestationKey: boolean;
  readonly transport: TransportRules;
  readonly factoryManagementKey: { readonly algorithm: number; readonly key: Buffer };
  readonly keyAlgorithms: readonly number[];
  /** Set when the retired key management slots 82 to 95 can hold keys. */
  readonly retiredSlots: boolean;
  /** Set when an object with any tag 5Fxxxx can be stored. If not set, the card stores only the containers of SP 800-73-4 Part 1, table 3. */
  readonly anyObject: boolean;
  readonly maxObjectBytes: number;
  /**
   * Set when the card cannot free memory. An object then keeps the memory of its first content: longer content is refused (6A84), and a deleted object
   * is read as 9000 without data.
   */
  readonly keepsObjectMemory: boolean;
  /** Set when the card accepts one-way authentication with the management key (9B): a challenge (tag 81) without a witness. */
  readonly oneWayManagementAuthentication: boolean;
  /**
   * Set when GENERAL AUTHENTICATE on 9B with a tag 82, even an empty tag, is INTERNAL AUTHENTICATE: the card encrypts the challenge and grants the
   * reader nothing.
   */
  readonly internalManagementAuthentication: boolean;
  /**
   * Set when an EC key of any slot both signs and derives shared secrets. If not set, an EC key in 9D or a retired slot only derives secrets, and an
   * EC key in another slot only signs.
   */
  readonly ecKeyManagementKeySigns: boolean;
  /** Set when the card refuses a malformed PIN (not `shortestPin` to 8 bytes, padded with FF) before the comparison, without spending a try. */
  readonly checksPinFormatFirst: boolean;
  /** Set when the card judges a new PIN or PUK only after the comparison, even if `checksPinFormatFirst` is set. */
  readonly checksNewPinLast: boolean;
  /** Set when the PIN may contain only the digits 0 to 9. The PUK may contain any bytes. */
  readonly pinDigitsOnly: boolean;
  /** Set when RESET RETRY COUNTER ends the verification of the PIN. If not set, it leaves the security status as it is. */
  readonly unblockingEndsLogin: boolean;
  /** Set when a wrong VERIFY makes all keys unusable if the PUK is blocked: the keys stay in their slots, and their use is answered with 6F00. */
  readonly clearsKeysWhenLocked: boolean;
  readonly freshPin: FreshPinRule;
  /**
   * Set when every SELECT by name clears the security status, even a SELECT of the application that is already selected, or of an unknown
   * application.
   */
  readonly selectEndsLogin: boolean;
  readonly statusWords: ProfileStatusWords;
}

/**
 * The time for which a verified PIN permits the use of a key with PIN policy "always":
 * - `until-used`: until a key is used;
 * - `until-other-command`: until a key is used, or a command other than VERIFY and GENERAL AUTHENTICATE arrives;
 * - `next-command`: only for the command immediately after VERIFY.
 */
export type FreshPinRule = 'until-used' | 'until-other-command' | 'next-command';

export interface ProfileStatusWords {
  /** The answer to a wrong PIN or PUK on its last try. Every later attempt is answered with 6983. */
  readonly lastTryFailed: number;
  /** The same for CHANGE REFERENCE DATA, if the card answers it in another way. */
  readonly lastChangeFailed?: number;
  /** The answer to every wrong PUK, blocked or not, of a card that does not tell its tries. */
  readonly wrongPuk?: number;
  /** The card's answer when the reader answers a challenge of the management key wrongly. */
  readonly wrongManagementAnswer: number;
  /**
   * The card's answer when the reader answers a challenge of the management key, but the card issued none, or another command has ended the
   * challenge.
   */
  readonly unaskedManagementAnswer: number;
  /** The answer to GENERAL AUTHENTICATE on 9B when P1 names another algorithm than the key's. If undefined, the card ignores P1. */
  readonly wrongManagementAlgorithm: number | undefined;
  /** The answer to GENERATE with an algorithm that the card lacks, before the management key was authenticated. */
  readonly badAlgorithmBeforeAuthentication: number;
  readonly noKeyInSlot: number;
  readonly unknownApplication: number;
  readonly unknownClass: number;
}
