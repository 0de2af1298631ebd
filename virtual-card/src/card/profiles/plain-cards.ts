import { StatusWord } from '../../apdu/status-word.js';
import { KeyAlgorithm, ManagementAlgorithm } from '../algorithms.js';
import { FACTORY_MANAGEMENT_KEY, FACTORY_PIN, FACTORY_TRIES, PIN_BYTES, SHORTEST_PIN } from '../card-state.js';
import type { Profile } from '../profile.js';

/** Answer to reset of a Java Card. It does not depend on the card's applets. The historical bytes are "JCOPv241". */
export const JAVA_CARD_ATR = Buffer.from('3BF81300008131FE454A434F5076323431B7', 'hex');

/** A PIV card that follows SP 800-73-4, without extensions. */
export const piv: Profile = {
  // An ATR for T=1 over contacts, which names no vendor. The historical bytes announce command chaining and extended lengths.
  atr: Buffer.from('3B878131FE458031C073C821C0A7', 'hex'),
  // The ATR that a contactless reader builds from the same historical bytes (PC/SC Part 3, 3.1.3.2.3).
  contactlessAtr: Buffer.from('3B8780018031C073C821C02D', 'hex'),
  pivApplication: true,
  otherApplication: undefined,
  firmware: undefined,
  fido: undefined,
  factoryPin: FACTORY_PIN,
  shortestPin: SHORTEST_PIN,
  pinTries: FACTORY_TRIES,
  pukTries: FACTORY_TRIES,
  pinHistory: 0,
  attestationKey: false,
  transport: { extendedLength: true, isT0: false, refusesUnfetched: false, refusesBrokenChain: false },
  factoryManagementKey: { algorithm: ManagementAlgorithm.tripleDes, key: FACTORY_MANAGEMENT_KEY },
  keyAlgorithms: [KeyAlgorithm.rsa2048, KeyAlgorithm.p256, KeyAlgorithm.p384],
  retiredSlots: false,
  anyObject: false,
  maxObjectBytes: 4096,
  keepsObjectMemory: false,
  oneWayManagementAuthentication: false,
  internalManagementAuthentication: false,
  ecKeyManagementKeySigns: false,
  checksPinFormatFirst: true,
  checksNewPinLast: false,
  pinDigitsOnly: false,
  unblockingEndsLogin: false,
  clearsKeysWhenLocked: false,
  freshPin: 'until-other-command',
  // SELECT keeps the login: "the setting of all security status indicators ... shall be unchanged" (SP 800-73-4 Part 2, 3.1.1).
  selectEndsLogin: false,
  statusWords: {
    lastTryFailed: StatusWord.authenticationBlocked,
    wrongManagementAnswer: StatusWord.wrongData,
    unaskedManagementAnswer: StatusWord.wrongData,
    wrongManagementAlgorithm: StatusWord.wrongParameters,
    badAlgorithmBeforeAuthentication: StatusWord.wrongData,
    noKeyInSlot: StatusWord.referenceNotFound,
    // A Java Card without the application passes the SELECT to the selected application, which does not know the instruction SELECT.
    unknownApplication: StatusWord.instructionNotSupported,
    unknownClass: StatusWord.notFound,
  },
};

/** A plain PIV card that follows the strictest reading of SP 800-73-4 and ISO/IEC 7816-4. */
export const strictPiv: Profile = {
  ...piv,
  // The ATR of `piv`, except that the historical bytes announce command chaining only.
  atr: Buffer.from('3B878131FE458031C073C82180E7', 'hex'),
  contactlessAtr: undefined,
  transport: { extendedLength: false, isT0: false, refusesUnfetched: true, refusesBrokenChain: true },
  internalManagementAuthentication: true,
  pinDigitsOnly: true,
  freshPin: 'next-command',
  statusWords: {
    ...piv.statusWords,
    unaskedManagementAnswer: StatusWord.conditionsNotSatisfied,
    unknownApplication: StatusWord.notFound,
    unknownClass: StatusWord.classNotSupported,
  },
};

/** Number of PINs that `pinHistory` remembers. Whoever personalizes a card of OpenFIPS201 chooses it, up to 12. */
const PIN_HISTORY = 3;

/**
 * A card with a PIN history, as the published source of OpenFIPS201 (PIV.java, PIVSecurityProvider.java) has it. The PIN from the factory is not in the
 * history, because an administrative command set it. A PUK is in none.
 */
export const historyPiv: Profile = {
  ...piv,
  pinHistory: PIN_HISTORY,
  checksNewPinLast: true,
  pinDigitsOnly: true,
  unblockingEndsLogin: true,
  statusWords: {
    ...piv.statusWords,
    lastChangeFailed: StatusWord.wrongReference,
    noKeyInSlot: StatusWord.wrongParameters,
  },
};

/** The bytes of `FACTORY_MANAGEMENT_KEY` begin with these, again and again. */
const FACTORY_BYTES = '0102030405060708';

/** Plain cards whose management key is an AES key. */
export const aes128Piv: Profile = {
  ...piv,
  factoryManagementKey: { algorithm: ManagementAlgorithm.aes128, key: Buffer.from(FACTORY_BYTES.repeat(2), 'hex') },
};
export const aes256Piv: Profile = {
  ...piv,
  factoryManagementKey: { algorithm: ManagementAlgorithm.aes256, key: Buffer.from(FACTORY_BYTES.repeat(4), 'hex') },
};

/** OpenFIPS201 as personalized with an AES-256 key and a PIN history. */
export const openFips201: Profile = {
  ...historyPiv,
  label: 'OpenFIPS201',
  factoryManagementKey: aes256Piv.factoryManagementKey,
};

/** A card whose Java Card platform cannot delete objects, as OpenFIPS201 (PIVDataObject.java) behaves on it. */
export const fixedObjectsPiv: Profile = { ...piv, keepsObjectMemory: true };

/** The most tries that 63Cx can tell. */
const MOST_TRIES = 15;

/** A card with as many tries as 63Cx can tell. */
export const manyTriesPiv: Profile = { ...piv, pinTries: MOST_TRIES, pukTries: MOST_TRIES };

/** A card that takes only PINs of eight digits, its PIN from the factory included. */
export const eightDigitsPiv: Profile = {
  ...piv,
  factoryPin: '11223344',
  shortestPin: PIN_BYTES,
  pinDigitsOnly: true,
};

/** A card that speaks T=0 alone, with short APDUs. */
export const t0Piv: Profile = {
  ...strictPiv,
  // The historical bytes of `strictPiv`, without a TD1.
  atr: Buffer.from('3B078031C073C82180', 'hex'),
  transport: { ...strictPiv.transport, isT0: true },
};

/** A card without a PIV application. */
export const noPiv: Profile = {
  ...piv,
  atr: JAVA_CARD_ATR,
  contactlessAtr: undefined,
  pivApplication: false,
  statusWords: {
    ...piv.statusWords,
    unknownApplication: StatusWord.notFound,
    unknownClass: StatusWord.classNotSupported,
  },
};

/** A card without a PIV application that refuses every SELECT by name with 6999. This answer does not say whether the application exists. */
export const oddSelect: Profile = {
  ...noPiv,
  statusWords: { ...noPiv.statusWords, unknownApplication: StatusWord.selectionFailed },
};

/** Number of bytes that a card for mobile networks offers after SELECT. These bytes describe the selected directory. */
const GSM_ANSWER_BYTES = 0x0c;

/** A card for mobile networks. It answers every SELECT by name with 9F0C, which is no error and not 9000. */
export const gsmSelect: Profile = {
  ...noPiv,
  statusWords: { ...noPiv.statusWords, unknownApplication: StatusWord.gsmMoreData | GSM_ANSWER_BYTES },
};

/** A card of the Generic Identity Device Specification 2.0, which Windows uses with its own minidriver. */
export const gids: Profile = { ...noPiv, otherApplication: Buffer.from('A000000397425446590201', 'hex') };
