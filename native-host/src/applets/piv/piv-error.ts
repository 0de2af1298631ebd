import { CardwrightError } from '@cardwright/protocol';
import type { KeySlot } from '@cardwright/protocol/devices';
import { retriesLeft, statusWordDigits, SW } from '../../iso7816/status-word.js';
import { saysNoApplication } from '../select.js';

/** The operation to which the card answered with a status word. */
export type PivOperation =
  | { readonly kind: 'select' }
  | { readonly kind: 'verifyPin' }
  | { readonly kind: 'changePin' }
  | { readonly kind: 'changePuk' }
  | { readonly kind: 'unblockPin' }
  | { readonly kind: 'getWitness' }
  | { readonly kind: 'authenticateManagementKey' }
  | { readonly kind: 'setManagementKey' }
  /**
   * `authenticated` is true if the management key was authenticated since the application was selected. "Security status not satisfied" then means
   * that the card lacks the algorithm.
   */
  | { readonly kind: 'generate'; readonly authenticated: boolean }
  | { readonly kind: 'sign'; readonly slot: KeySlot }
  | { readonly kind: 'getData' }
  | { readonly kind: 'putData' }
  | { readonly kind: 'attest' }
  | { readonly kind: 'getMetadata' }
  | { readonly kind: 'moveKey' }
  | { readonly kind: 'reset' };

/**
 * Maps a status word other than 9000 to its error. Applets differ, so one meaning has several status words, and one status word has several meanings.
 * This file decides which meaning applies; `absence.ts` and `select.ts` decide which status words mean that something does not exist. Clauses are
 * those of SP 800-73-4 Part 2 unless another source is named. "Measured" marks answers of real applets.
 */
export function meaningOfStatusWord(statusWord: number, operation: PivOperation): CardwrightError {
  return specificMeaning(statusWord, operation) ?? generalMeaning(statusWord, operation);
}

function specificMeaning(statusWord: number, operation: PivOperation): CardwrightError | undefined {
  switch (operation.kind) {
    case 'select':
      return selectMeaning(statusWord);
    case 'verifyPin':
    case 'changePin':
      return pinMeaning(statusWord, operation.kind);
    case 'changePuk':
    case 'unblockPin':
      return pukMeaning(statusWord, operation.kind);
    case 'getWitness':
      return witnessMeaning(statusWord);
    case 'authenticateManagementKey':
      return managementKeyMeaning(statusWord);
    case 'setManagementKey':
      return setManagementKeyMeaning(statusWord);
    case 'generate':
      return generateMeaning(statusWord, operation.authenticated);
    case 'sign':
      return signMeaning(statusWord, operation.slot);
    case 'putData':
      return putDataMeaning(statusWord);
    case 'moveKey':
      return moveKeyMeaning(statusWord);
    case 'getData':
    case 'attest':
    case 'getMetadata':
    case 'reset':
      return undefined;
  }
}

function generalMeaning(statusWord: number, operation: PivOperation): CardwrightError {
  switch (statusWord) {
    // Table 6: security status not satisfied.
    case SW.SECURITY_STATUS_NOT_SATISFIED:
      return new CardwrightError('NOT_AUTHENTICATED');
    // ISO/IEC 7816-4, 5.6: instruction, class or function not supported. Measured: 6E00 or 6D00 for a missing command. Table 6: 6A81, for
    // example for a PIN over the contactless interface.
    case SW.INSTRUCTION_NOT_SUPPORTED:
    case SW.CLASS_NOT_SUPPORTED:
    case SW.FUNCTION_NOT_SUPPORTED:
      return new CardwrightError('NOT_SUPPORTED_BY_DEVICE', { capability: operation.kind });
    // Faults (64xx, 65xx, 6F00), features that this host does not use (6881 to 6884, 6987, 6988), and status words without a meaning in PIV.
    default:
      return new CardwrightError('CARD_ERROR', {
        statusWord: statusWordDigits(statusWord),
        instruction: operation.kind,
      });
  }
}

const selectMeaning = (statusWord: number): CardwrightError | undefined =>
  saysNoApplication(statusWord) ? new CardwrightError('NO_APPLICATION') : undefined;

function pinMeaning(statusWord: number, kind: 'verifyPin' | 'changePin'): CardwrightError | undefined {
  const left = retriesLeft(statusWord);
  // 3.2.1, 3.2.2: 63Cx is the counter after this try. Measured: one applet reports the last wrong PIN with 63C0, another with 6983.
  if (left === 0) return new CardwrightError('PIN_BLOCKED');
  if (left !== undefined) return new CardwrightError('PIN_INCORRECT', { retriesLeft: left });
  switch (statusWord) {
    // ISO/IEC 7816-4, 5.6: not verified, and the number of remaining tries is unknown.
    case SW.VERIFICATION_FAILED:
      return new CardwrightError('PIN_INCORRECT', { retriesLeft: null });
    // 3.2.1, 3.2.2: authentication method blocked.
    case SW.AUTHENTICATION_METHOD_BLOCKED:
      return new CardwrightError('PIN_BLOCKED');
    // 3.2.1: incorrect parameter in the data field. Measured: the answer to a PIN of the wrong length, which spends no try. In CHANGE REFERENCE
    // DATA, the card has accepted the old PIN before, so it refuses the new one (3.2.2; 6985: YubiKey 5.7, PIN complexity).
    case SW.INCORRECT_DATA:
    case SW.WRONG_LENGTH:
      return kind === 'verifyPin'
        ? new CardwrightError('PIN_INCORRECT', { retriesLeft: null })
        : new CardwrightError('PIN_REFUSED_BY_DEVICE');
    // 6984: OpenFIPS201, the new PIN is one of its latest.
    case SW.CONDITIONS_OF_USE_NOT_SATISFIED:
    case SW.REFERENCE_DATA_NOT_USABLE:
      return kind === 'changePin' ? new CardwrightError('PIN_REFUSED_BY_DEVICE') : undefined;
    // 3.2.1, 3.2.2: the card has no such PIN.
    case SW.REFERENCE_NOT_FOUND:
      return new CardwrightError('NOT_SUPPORTED_BY_DEVICE', { capability: kind });
    default:
      return undefined;
  }
}

function pukMeaning(statusWord: number, kind: 'changePuk' | 'unblockPin'): CardwrightError | undefined {
  const left = retriesLeft(statusWord);
  // 3.2.3: 63Cx is the PUK's counter after this try.
  if (left === 0) return new CardwrightError('PUK_BLOCKED');
  if (left !== undefined) return new CardwrightError('PUK_INCORRECT', { retriesLeft: left });
  switch (statusWord) {
    // ISO/IEC 7816-4, 5.6: not verified, and the number of remaining tries is unknown.
    case SW.VERIFICATION_FAILED:
      return new CardwrightError('PUK_INCORRECT', { retriesLeft: null });
    // 3.2.3: the reset counter has reached its limit.
    case SW.AUTHENTICATION_METHOD_BLOCKED:
      return new CardwrightError('PUK_BLOCKED');
    // 3.2.3: the new PIN (or PUK) breaks the rules of the card (6985: YubiKey 5.7, PIN complexity; 6984: OpenFIPS201, PIN history).
    case SW.INCORRECT_DATA:
    case SW.WRONG_LENGTH:
    case SW.CONDITIONS_OF_USE_NOT_SATISFIED:
    case SW.REFERENCE_DATA_NOT_USABLE:
      return new CardwrightError('PIN_REFUSED_BY_DEVICE');
    // 3.2.3: the card has no PUK, or does not accept the PUK to unblock the PIN.
    case SW.REFERENCE_NOT_FOUND:
      return new CardwrightError('NOT_SUPPORTED_BY_DEVICE', { capability: kind });
    default:
      return undefined;
  }
}

function witnessMeaning(statusWord: number): CardwrightError | undefined {
  switch (statusWord) {
    // 3.2.4: the algorithm in P1 is not the algorithm of the key 9B. Measured: 6A86, 6A80 or 6A88.
    case SW.INCORRECT_P1_P2:
    case SW.INCORRECT_DATA:
    case SW.REFERENCE_NOT_FOUND:
    case SW.FUNCTION_NOT_SUPPORTED:
      return new CardwrightError('ALGORITHM_NOT_SUPPORTED');
    default:
      return undefined;
  }
}

function managementKeyMeaning(statusWord: number): CardwrightError | undefined {
  const refused = new CardwrightError('MANAGEMENT_KEY_REFUSED', { next: null });
  if (retriesLeft(statusWord) !== undefined) return refused;
  switch (statusWord) {
    // 3.2.4: security status not satisfied. ISO/IEC 7816-4, 5.6: 6300, verification failed. Measured: 6A80 for a wrong answer; 6983 from
    // cards that count tries and block.
    case SW.VERIFICATION_FAILED:
    case SW.SECURITY_STATUS_NOT_SATISFIED:
    case SW.INCORRECT_DATA:
    case SW.AUTHENTICATION_METHOD_BLOCKED:
      return refused;
    default:
      return undefined;
  }
}

function setManagementKeyMeaning(statusWord: number): CardwrightError | undefined {
  switch (statusWord) {
    // Yubico: the firmware lacks the algorithm (6A80), or no algorithm of the firmware has keys of this length (6A80, or 6700 if the key is too long
    // for every algorithm).
    case SW.INCORRECT_DATA:
    case SW.WRONG_LENGTH:
      return new CardwrightError('ALGORITHM_NOT_SUPPORTED');
    default:
      return undefined;
  }
}

function putDataMeaning(statusWord: number): CardwrightError | undefined {
  switch (statusWord) {
    // 3.3.2: the card has no space left.
    case SW.NOT_ENOUGH_MEMORY:
      return new CardwrightError('DEVICE_FULL');
    // ISO/IEC 7816-4, 5.6: the card has a fixed set of objects, and this object is not among them.
    case SW.NOT_FOUND:
    case SW.REFERENCE_NOT_FOUND:
      return new CardwrightError('NOT_SUPPORTED_BY_DEVICE', { capability: 'putData' });
    default:
      return undefined;
  }
}

function generateMeaning(statusWord: number, authenticated: boolean): CardwrightError | undefined {
  switch (statusWord) {
    // 3.3.1: incorrect parameter, for example an unknown algorithm.
    case SW.INCORRECT_DATA:
    case SW.FUNCTION_NOT_SUPPORTED:
    case SW.INCORRECT_P1_P2:
      return new CardwrightError('ALGORITHM_NOT_SUPPORTED');
    // Measured: one applet answers 6982 to an algorithm that it lacks, although the management key was authenticated.
    case SW.SECURITY_STATUS_NOT_SATISFIED:
      return new CardwrightError(authenticated ? 'ALGORITHM_NOT_SUPPORTED' : 'NOT_AUTHENTICATED');
    // ISO/IEC 7816-4, 5.6: not enough memory.
    case SW.NOT_ENOUGH_MEMORY:
      return new CardwrightError('DEVICE_FULL');
    default:
      return undefined;
  }
}

function signMeaning(statusWord: number, slot: KeySlot): CardwrightError | undefined {
  switch (statusWord) {
    // 3.2.4: no key under this reference.
    case SW.REFERENCE_NOT_FOUND:
    case SW.NOT_FOUND:
      return new CardwrightError('KEY_MISSING');
    // 3.2.4: the key exists and the form of the request is right, so this key cannot sign: SP 800-78-4, 3.1 permits only key agreement for
    // an elliptic curve key in 9D.
    case SW.INCORRECT_DATA:
    case SW.FUNCTION_NOT_SUPPORTED:
    case SW.INCORRECT_P1_P2:
    case SW.CONDITIONS_OF_USE_NOT_SATISFIED:
      return new CardwrightError('KEY_CANNOT_SIGN', { slot });
    default:
      return undefined;
  }
}

/** Yubico's MOVE KEY: 6A88 for a slot without a key. A destination that has a key, or cannot have one, is a general error. */
const moveKeyMeaning = (statusWord: number): CardwrightError | undefined =>
  statusWord === SW.REFERENCE_NOT_FOUND ? new CardwrightError('KEY_MISSING') : undefined;

/**
 * Reads data from an answer with status 9000.
 *
 * @throws CardwrightError `CARD_ERROR` when `read` throws, because the data violate the standard
 */
export function readAnswer<T>(kind: PivOperation['kind'], read: () => T): T {
  try {
    return read();
  } catch (error) {
    // The TLV reader or OpenSSL has reported wrong data from the card. The cause contains no data except the card's.
    const details = { statusWord: statusWordDigits(SW.SUCCESS), instruction: kind };
    throw new CardwrightError('CARD_ERROR', details, { cause: error });
  }
}
