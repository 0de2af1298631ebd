import type { ErrorCode } from '../errors.js';

/** Errors with which every command on the open device can end. */
export const DEVICE_ERRORS = [
  'DEVICE_NOT_OPEN',
  'CARD_REMOVED',
  'READER_REMOVED',
] as const satisfies readonly ErrorCode[];

/**
 * Errors with which every command that sends an APDU to the card can end: `DEVICE_ERRORS`, errors of PC/SC, and errors that the status word of any
 * APDU can mean.
 */
export const CARD_ERRORS = [
  ...DEVICE_ERRORS,
  'CARD_MUTE',
  'CARD_RESET',
  'CARD_ERROR',
  'NOT_AUTHENTICATED',
  'NOT_SUPPORTED_BY_DEVICE',
  'DEVICE_BUSY',
  'PCSC_UNAVAILABLE',
  'PCSC_FORBIDDEN',
  'PCSC_ERROR',
] as const satisfies readonly ErrorCode[];
