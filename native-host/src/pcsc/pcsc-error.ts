import { CardwrightError, isCardwrightError, type ErrorCode } from '@cardwright/protocol';
import { PcscError } from './binding.js';
import { PCSC_CODE, WIN32_ERROR } from './return-codes.js';

/**
 * Returns the error that `MEANINGS` has for the return code of a `PcscError`. If `MEANINGS` does not contain the code, returns `PCSC_ERROR` with
 * the code. Any error that is not a `PcscError` is returned unchanged.
 */
export function meaningOfPcscError(error: unknown): unknown {
  if (!(error instanceof PcscError)) return error;
  const meaning = MEANINGS.get(error.code);
  const cause = { cause: error };
  return meaning === undefined
    ? new CardwrightError('PCSC_ERROR', { code: codeDigits(error) }, cause)
    : new CardwrightError(meaning, {}, cause);
}

/** Formats a return code for `PCSC_ERROR`, such as `0x8010002f`. */
export const codeDigits = ({ code }: PcscError): string => `0x${code.toString(16).padStart(8, '0')}`;

/** Error codes to which `MEANINGS` maps return codes. Errors with these codes have no further data. */
type Meaning = Extract<
  ErrorCode,
  | 'CANCELLED'
  | 'CARD_MUTE'
  | 'CARD_REMOVED'
  | 'CARD_RESET'
  | 'DEVICE_BUSY'
  | 'PCSC_FORBIDDEN'
  | 'PCSC_UNAVAILABLE'
  | 'READER_REMOVED'
>;

const MEANINGS: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
  // "Cannot be accessed because of other connections outstanding."
  [PCSC_CODE.SHARING_VIOLATION, 'DEVICE_BUSY'],

  // "The resource manager is not running", "has shut down".
  [PCSC_CODE.NO_SERVICE, 'PCSC_UNAVAILABLE'],
  [PCSC_CODE.SERVICE_STOPPED, 'PCSC_UNAVAILABLE'],
  // "Aborted to allow the server application to exit"; "cancelled by the system, presumably to log off or shut down".
  [PCSC_CODE.SHUTDOWN, 'PCSC_UNAVAILABLE'],
  [PCSC_CODE.SYSTEM_CANCELLED, 'PCSC_UNAVAILABLE'],
  // Measured: clients get these codes from a pcscd that is ending. SECURITY_VIOLATION is also the answer to a user whom the system does not
  // admit; `askTwice` distinguishes the two.
  [PCSC_CODE.COMM_ERROR, 'PCSC_UNAVAILABLE'],
  [PCSC_CODE.SECURITY_VIOLATION, 'PCSC_UNAVAILABLE'],
  // The API of Windows cannot reach its service, which it calls by remote procedure calls, or in a remote desktop through a pipe.
  [WIN32_ERROR.SERVICE_NOT_ACTIVE, 'PCSC_UNAVAILABLE'],
  [WIN32_ERROR.RPC_SERVER_UNAVAILABLE, 'PCSC_UNAVAILABLE'],
  [WIN32_ERROR.RPC_CALL_FAILED, 'PCSC_UNAVAILABLE'],
  [WIN32_ERROR.BROKEN_PIPE, 'PCSC_UNAVAILABLE'],

  // "Access is denied to this file": the answer of Windows when anyone but an administrator selects FIDO.
  [PCSC_CODE.NO_ACCESS, 'PCSC_FORBIDDEN'],
  [WIN32_ERROR.ACCESS_DENIED, 'PCSC_FORBIDDEN'],

  // "The reader name is not recognized", "is not currently available for use", "cannot find a smart card reader".
  [PCSC_CODE.UNKNOWN_READER, 'READER_REMOVED'],
  [PCSC_CODE.READER_UNAVAILABLE, 'READER_REMOVED'],
  [PCSC_CODE.NO_READERS_AVAILABLE, 'READER_REMOVED'],
  // Windows drivers use these codes for a reader that is gone.
  [WIN32_ERROR.NO_SUCH_DEVICE, 'READER_REMOVED'],
  [WIN32_ERROR.DEVICE_NOT_CONNECTED, 'READER_REMOVED'],
  [WIN32_ERROR.DEVICE_REMOVED, 'READER_REMOVED'],

  // "No smart card is currently in the device", "has been removed".
  [PCSC_CODE.NO_SMARTCARD, 'CARD_REMOVED'],
  [PCSC_CODE.REMOVED_CARD, 'CARD_REMOVED'],
  // Measured: some drivers report NOT_TRANSACTED when the card is removed during an APDU. A handle becomes invalid when its card or reader is
  // gone.
  [PCSC_CODE.NOT_TRANSACTED, 'CARD_REMOVED'],
  [PCSC_CODE.INVALID_HANDLE, 'CARD_REMOVED'],
  [WIN32_ERROR.INVALID_HANDLE, 'CARD_REMOVED'],

  // "Is not responding to a reset", "power has been removed", "not ready to accept commands".
  [PCSC_CODE.UNRESPONSIVE_CARD, 'CARD_MUTE'],
  [PCSC_CODE.UNPOWERED_CARD, 'CARD_MUTE'],
  [PCSC_CODE.NOT_READY, 'CARD_MUTE'],
  // The answer to reset is unknown: "ATR string configuration conflicts", "not a valid ATR", "protocols are incompatible".
  [PCSC_CODE.UNSUPPORTED_CARD, 'CARD_MUTE'],
  [PCSC_CODE.INVALID_ATR, 'CARD_MUTE'],
  [PCSC_CODE.PROTO_MISMATCH, 'CARD_MUTE'],
  // The reader waited too long for the answer, or the answer was lost between card and reader.
  [PCSC_CODE.TIMEOUT, 'CARD_MUTE'],
  [PCSC_CODE.WAITED_TOO_LONG, 'CARD_MUTE'],
  [PCSC_CODE.COMM_DATA_LOST, 'CARD_MUTE'],
  [WIN32_ERROR.SEM_TIMEOUT, 'CARD_MUTE'],

  // "Has been reset, so any shared state information is invalid."
  [PCSC_CODE.RESET_CARD, 'CARD_RESET'],

  // "By an SCardCancel request", which only this process can send; "the user pressed Cancel", in a window of the operating system.
  [PCSC_CODE.CANCELLED, 'CANCELLED'],
  [PCSC_CODE.CANCELLED_BY_USER, 'CANCELLED'],
]);

/** Return codes of a command to the reader that say that card, reader or service are gone. */
const ENDS: readonly number[] = [
  PCSC_CODE.NO_SMARTCARD,
  PCSC_CODE.REMOVED_CARD,
  PCSC_CODE.RESET_CARD,
  PCSC_CODE.INVALID_HANDLE,
];

/**
 * True if an error of a command to the reader ends the connection. Drivers answer commands that they do not know with many codes, such as
 * NOT_TRANSACTED (pcsc-lite's for any failure), which would mean a removal after an APDU: the next APDU tells whether the card is still there.
 */
export function endsConnection(error: unknown): boolean {
  if (!(error instanceof PcscError)) return true;
  const meaning = MEANINGS.get(error.code);
  return ENDS.includes(error.code) || meaning === 'PCSC_UNAVAILABLE' || meaning === 'READER_REMOVED';
}

/** True if an error means that no reader can be reached, because of the service, its permissions or its library. */
export const isServiceError = (
  error: unknown,
): error is CardwrightError<'PCSC_UNAVAILABLE' | 'PCSC_FORBIDDEN' | 'HOST_DAMAGED'> =>
  isCardwrightError(error, 'PCSC_UNAVAILABLE') ||
  isCardwrightError(error, 'PCSC_FORBIDDEN') ||
  isCardwrightError(error, 'HOST_DAMAGED');

/** True if PC/SC reported that another program has the card, or reset it. False if this process itself has the card. */
export const isOfAnotherProgram = (error: unknown): error is CardwrightError<'DEVICE_BUSY' | 'CARD_RESET'> =>
  (isCardwrightError(error, 'DEVICE_BUSY') || isCardwrightError(error, 'CARD_RESET')) &&
  error.cause instanceof PcscError;

/** True if an error means that the card is no longer in its reader, or that the reader is gone. */
export const isRemoval = (error: unknown): error is CardwrightError<'CARD_REMOVED' | 'READER_REMOVED'> =>
  isCardwrightError(error, 'CARD_REMOVED') || isCardwrightError(error, 'READER_REMOVED');
