/** Status words by name (ISO/IEC 7816-4, 5.6; SP 800-73-4 Part 2, table 6). */
export const SW = {
  SUCCESS: 0x9000,
  FILE_DEACTIVATED: 0x6283,
  NO_INFORMATION: 0x6285,
  VERIFICATION_FAILED: 0x6300,
  MEMORY_FAILURE: 0x6581,
  WRONG_LENGTH: 0x6700,
  SECURE_MESSAGING_NOT_SUPPORTED: 0x6882,
  LAST_COMMAND_OF_CHAIN_EXPECTED: 0x6883,
  SECURITY_STATUS_NOT_SATISFIED: 0x6982,
  AUTHENTICATION_METHOD_BLOCKED: 0x6983,
  REFERENCE_DATA_NOT_USABLE: 0x6984,
  CONDITIONS_OF_USE_NOT_SATISFIED: 0x6985,
  SECURE_MESSAGING_OBJECTS_MISSING: 0x6987,
  SECURE_MESSAGING_OBJECTS_INCORRECT: 0x6988,
  APPLET_SELECT_FAILED: 0x6999,
  INCORRECT_DATA: 0x6a80,
  FUNCTION_NOT_SUPPORTED: 0x6a81,
  NOT_FOUND: 0x6a82,
  NOT_ENOUGH_MEMORY: 0x6a84,
  INCORRECT_P1_P2: 0x6a86,
  REFERENCE_NOT_FOUND: 0x6a88,
  WRONG_P1_P2: 0x6b00,
  INSTRUCTION_NOT_SUPPORTED: 0x6d00,
  CLASS_NOT_SUPPORTED: 0x6e00,
  NO_PRECISE_DIAGNOSIS: 0x6f00,
} as const;

/** SW1 that means "SW2 more bytes are available with GET RESPONSE". */
const MORE_DATA = 0x61;
/** SW1 that means "wrong Le; SW2 is the right Le". */
const WRONG_LE = 0x6c;
/** SW1 of a warning, which may contain a counter in SW2. */
const WARNING = 0x63;
/** Number of bytes that SW2 = 00 means after 61 or 6C. */
const ALL = 256;

const words = new Map<number, string>(
  Object.entries(SW).map(([name, value]) => [value, name.toLowerCase().replaceAll('_', ' ').replace('p1 p2', 'P1 P2')]),
);

/** Describes a status word in a few words. */
export function statusWordInWords(statusWord: number): string {
  const waiting = bytesWaiting(statusWord);
  if (waiting !== undefined) return `bytes that wait: ${waiting}`;
  const le = correctLe(statusWord);
  if (le !== undefined) return `wrong Le, right is ${le}`;
  const tries = retriesLeft(statusWord);
  return words.get(statusWord) ?? (tries === undefined ? 'unknown' : `tries left: ${tries}`);
}

/** Formats a status word as four hexadecimal digits, such as `6A82`. */
export const statusWordDigits = (statusWord: number): string => statusWord.toString(16).toUpperCase().padStart(4, '0');

/** Returns the number of bytes that GET RESPONSE can fetch (61xx; 1 to 256); undefined for any other status word. */
export function bytesWaiting(statusWord: number): number | undefined {
  return statusWord >> 8 === MORE_DATA ? statusWord & 0xff || ALL : undefined;
}

/** Returns the Le with which the command must be repeated (6Cxx; 1 to 256); undefined for any other status word. */
export function correctLe(statusWord: number): number | undefined {
  return statusWord >> 8 === WRONG_LE ? statusWord & 0xff || ALL : undefined;
}

/**
 * Returns the remaining tries in a status word: 63Cx (ISO/IEC 7816-4, table 6), or 630x of the old YubiKey NEO. Returns undefined if the
 * status word contains no counter.
 */
export function retriesLeft(statusWord: number): number | undefined {
  if (statusWord >> 8 !== WARNING) return undefined;
  const form = statusWord & 0xf0;
  return form === 0xc0 || (form === 0x00 && statusWord !== 0x6300) ? statusWord & 0x0f : undefined;
}
