import { SW } from '../../iso7816/status-word.js';

/**
 * Status words that mean that an object, command or key does not exist, and not that the card refuses. Every other status word but 9000 is an
 * error, because an object that cannot be read may exist. "Measured" marks answers of real applets.
 */

/**
 * True if the answer to GET DATA means that the object does not exist (SP 800-73-4 Part 2, 3.1.2: 6A82; ISO/IEC 7816-4, 5.6: 6A88 and 6285
 * for data).
 */
export const saysAbsent = (statusWord: number): boolean => ABSENT.includes(statusWord);

/** True if the answer means that the card lacks the command (ISO/IEC 7816-4, 5.6). */
export const saysUnknownInstruction = (statusWord: number): boolean => UNKNOWN_INSTRUCTION.includes(statusWord);

/**
 * True if the answer to GET METADATA means that there is no key with this reference, or that the key has no metadata (Yubico: 6A88; 6A86 for a slot
 * that the card lacks).
 */
export const saysNoMetadata = (statusWord: number): boolean => NO_METADATA.includes(statusWord);

/**
 * True if the answer to ATTEST means that the key cannot be attested. Measured: 6F00 or 6D00 for an empty slot, and 6D00 from applets that
 * lack the command. Yubico documents 6A80 for an imported key and 6A88 for an empty slot.
 */
export const saysNotAttested = (statusWord: number): boolean => NOT_ATTESTED.includes(statusWord);

const ABSENT: readonly number[] = [SW.NOT_FOUND, SW.REFERENCE_NOT_FOUND, SW.NO_INFORMATION];

const UNKNOWN_INSTRUCTION: readonly number[] = [SW.INSTRUCTION_NOT_SUPPORTED, SW.CLASS_NOT_SUPPORTED];

const NO_METADATA: readonly number[] = [
  SW.NOT_FOUND,
  SW.REFERENCE_NOT_FOUND,
  SW.INCORRECT_P1_P2,
  SW.WRONG_P1_P2,
  SW.FUNCTION_NOT_SUPPORTED,
];

const NOT_ATTESTED: readonly number[] = [
  ...UNKNOWN_INSTRUCTION,
  ...NO_METADATA,
  SW.NO_PRECISE_DIAGNOSIS,
  SW.INCORRECT_DATA,
  SW.CONDITIONS_OF_USE_NOT_SATISFIED,
];
