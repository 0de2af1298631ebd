import type { ErrorCode } from '../errors.js';

/** What every command on the open device can give. */
export const DEVICE_ERRORS = [
  'DEVICE_NOT_OPEN',
  'CARD_REMOVED',
  'READER_REMOVED',
] as const satisfies readonly ErrorCode[];

/** What every command that sends the card an APDU can give: what PC/SC and any status word can mean. */
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
