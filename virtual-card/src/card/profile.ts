import { StatusWord } from '../apdu/status-word.js';
import { KeyAlgorithm, ManagementAlgorithm } from './algorithms.js';

export const profileNames = ['yubikey', 'piv', 'no-piv'] as const;
export type ProfileName = (typeof profileNames)[number];

/** Where real cards differ from each other. What is the same on all of them is no field of this. */
export interface Profile {
  readonly name: ProfileName;
  /**
   * Answer to reset (ISO/IEC 7816-3, 8.2). Programs judge by it: OpenSC takes a bare 3B80800101 for a card without
   * elliptic curves, and ykman a YubiKey's USB answer in a reader of another name for none of its own.
   */
  readonly atr: Buffer;
  /** The answer to reset where a reader reads it without contact; undefined for a card that makes no difference. */
  readonly contactlessAtr: Buffer | undefined;
  /** Whether there is a PIV application at all. */
  readonly pivApplication: boolean;
  /** The instructions F6 to FF: version, serial, metadata, attestation, and so on; and the management application. */
  readonly yubicoExtensions: boolean;
  readonly factoryManagementKey: { readonly algorithm: number; readonly key: Buffer };
  readonly keyAlgorithms: readonly number[];
  /** Retired key management slots 82 to 95 take keys. */
  readonly retiredSlots: boolean;
  /** Whether any object 5Fxxxx can be stored, or only the containers of SP 800-73-4 Part 1, table 3. */
  readonly anyObject: boolean;
  readonly maxObjectBytes: number;
  /** Accepts the one-way form of authentication on 9B (tag 81 without a witness). */
  readonly oneWayManagementAuthentication: boolean;
  /** An EC key in 9D, or in a retired slot, may sign and not only derive a shared secret. */
  readonly ecKeyManagementKeySigns: boolean;
  /** A PIN outside the format (6 to 8 bytes, padded with FF) is refused before it is compared, and costs no try. */
  readonly checksPinFormatFirst: boolean;
  /** For "PIN always": any command between VERIFY and the key's use spoils it, not only the use of another key. */
  readonly freshPinMeansPreviousCommand: boolean;
  /** SELECT of the selected application, or of an unknown one, ends the login. */
  readonly selectEndsLogin: boolean;
  readonly statusWords: ProfileStatusWords;
}

interface ProfileStatusWords {
  /** VERIFY with a wrong PIN that was the last try. Afterwards all answer 6983. */
  readonly lastTryFailed: number;
  /** A wrong answer to the management key's challenge. */
  readonly wrongManagementAnswer: number;
  /** GENERAL AUTHENTICATE on 9B with another algorithm than the key's; undefined: P1 is not looked at. */
  readonly wrongManagementAlgorithm: number | undefined;
  /** GENERATE with an algorithm that the card does not have, without management authentication. */
  readonly badAlgorithmBeforeAuthentication: number;
  readonly noKeyInSlot: number;
  readonly unknownApplication: number;
  readonly unknownClass: number;
}

/** 0102030405060708, three times. */
const FACTORY_KEY = Buffer.from('0102030405060708'.repeat(3), 'hex');

const yubikey: Profile = {
  name: 'yubikey',
  // A YubiKey 5 on a contactless reader: the historical bytes end with its name.
  atr: Buffer.from('3B8D80018073C021C057597562694B6579F9', 'hex'),
  contactlessAtr: undefined,
  pivApplication: true,
  yubicoExtensions: true,
  // AES-192 since firmware 5.7, 3DES before.
  factoryManagementKey: { algorithm: ManagementAlgorithm.aes192, key: FACTORY_KEY },
  keyAlgorithms: Object.values(KeyAlgorithm),
  retiredSlots: true,
  anyObject: true,
  maxObjectBytes: 3052,
  oneWayManagementAuthentication: true,
  ecKeyManagementKeySigns: true,
  // `ykman piv reset` relies on it: it spends the tries with empty PINs.
  checksPinFormatFirst: false,
  freshPinMeansPreviousCommand: false,
  selectEndsLogin: true,
  statusWords: {
    lastTryFailed: StatusWord.wrongReference,
    wrongManagementAnswer: StatusWord.securityStatusNotSatisfied,
    wrongManagementAlgorithm: undefined,
    badAlgorithmBeforeAuthentication: StatusWord.securityStatusNotSatisfied,
    noKeyInSlot: StatusWord.wrongData,
    unknownApplication: StatusWord.notFound,
    unknownClass: StatusWord.classNotSupported,
  },
};

const piv: Profile = {
  name: 'piv',
  // T=1 with contacts, nobody's name; the historical bytes tell of command chaining and extended lengths.
  atr: Buffer.from('3B878131FE458031C073C821C0A7', 'hex'),
  // The same historical bytes as a contactless reader hands them on (PC/SC Part 3, 3.1.3.2.3).
  contactlessAtr: Buffer.from('3B8780018031C073C821C02D', 'hex'),
  pivApplication: true,
  yubicoExtensions: false,
  factoryManagementKey: { algorithm: ManagementAlgorithm.tripleDes, key: FACTORY_KEY },
  keyAlgorithms: [KeyAlgorithm.rsa2048, KeyAlgorithm.p256, KeyAlgorithm.p384],
  retiredSlots: false,
  anyObject: false,
  maxObjectBytes: 4096,
  oneWayManagementAuthentication: false,
  ecKeyManagementKeySigns: false,
  checksPinFormatFirst: true,
  freshPinMeansPreviousCommand: true,
  // SP 800-73-4 Part 2, 3.1.1: "the setting of all security status indicators ... shall be unchanged".
  selectEndsLogin: false,
  statusWords: {
    lastTryFailed: StatusWord.authenticationBlocked,
    wrongManagementAnswer: StatusWord.wrongData,
    wrongManagementAlgorithm: StatusWord.wrongParameters,
    badAlgorithmBeforeAuthentication: StatusWord.wrongData,
    noKeyInSlot: StatusWord.referenceNotFound,
    // A Java Card without such an application hands the SELECT to the one that is selected.
    unknownApplication: StatusWord.instructionNotSupported,
    unknownClass: StatusWord.notFound,
  },
};

/** Another kind of card: it answers, but knows no PIV. */
const noPiv: Profile = {
  ...piv,
  name: 'no-piv',
  // An empty Java Card: the historical bytes are "JCOPv241".
  atr: Buffer.from('3BF81300008131FE454A434F5076323431B7', 'hex'),
  contactlessAtr: undefined,
  pivApplication: false,
  statusWords: {
    ...piv.statusWords,
    unknownApplication: StatusWord.notFound,
    unknownClass: StatusWord.classNotSupported,
  },
};

export const profiles: Readonly<Record<ProfileName, Profile>> = { yubikey, piv, 'no-piv': noPiv };
