import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { PCSC_CODE, PcscError } from './binding.js';

/**
 * What a PC/SC return code means to us (the names and texts are those of pcsclite.h). Anything else that was thrown, and
 * a code without a meaning here, is returned as it is: a defect.
 */
export function meaningOfPcscError(error: unknown): unknown {
  if (!(error instanceof PcscError)) return error;
  const cause = { cause: error };
  switch (error.code) {
    case PCSC_CODE.SHARING_VIOLATION:
      return new CardwrightError('DEVICE_BUSY', {}, cause);
    // The service ended, or its connection broke: COMM_ERROR is what clients of a dying pcscd get, and SECURITY_VIOLATION
    // ("access denied") too, which is also what clients get that the system does not admit.
    case PCSC_CODE.NO_SERVICE:
    case PCSC_CODE.SERVICE_STOPPED:
    case PCSC_CODE.COMM_ERROR:
    case PCSC_CODE.SECURITY_VIOLATION:
      return new CardwrightError('PCSC_UNAVAILABLE', {}, cause);
    // The card was pulled, or the reader with it. NOT_TRANSACTED is how some drivers report a pull in mid-APDU, and
    // INVALID_HANDLE how a handle ends whose reader went.
    case PCSC_CODE.NO_SMARTCARD:
    case PCSC_CODE.REMOVED_CARD:
    case PCSC_CODE.NOT_TRANSACTED:
    case PCSC_CODE.INVALID_HANDLE:
    case PCSC_CODE.UNKNOWN_READER:
    case PCSC_CODE.READER_UNAVAILABLE:
    case PCSC_CODE.NO_READERS_AVAILABLE:
      return new CardwrightError('CARD_REMOVED', {}, cause);
    // There is a card, but its answer to reset is missing or unknown.
    case PCSC_CODE.UNRESPONSIVE_CARD:
    case PCSC_CODE.UNPOWERED_CARD:
    case PCSC_CODE.PROTO_MISMATCH:
      return new CardwrightError('CARD_MUTE', {}, cause);
    // Another program reset the card, which ended the authentication.
    case PCSC_CODE.RESET_CARD:
      return new CardwrightError('NOT_AUTHENTICATED', {}, cause);
    default:
      return error;
  }
}

/** Whether an error comes from the reader or its service rather than from a card that answered. */
export const isReaderError = (error: unknown): boolean =>
  error instanceof PcscError || (isCardwrightError(error) && error.cause instanceof PcscError);
