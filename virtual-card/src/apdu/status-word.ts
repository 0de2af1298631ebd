/**
 * Status words of ISO/IEC 7816-4, 5.1.3, as used by SP 800-73-4 Part 2 and Yubico's extensions. If a status word has another source, its
 * comment names the source.
 */
export const StatusWord = {
  ok: 0x9000,
  /** The low byte is the number of bytes for GET RESPONSE; 0 means 256 or more. */
  moreData: 0x6100,
  /** CTAP over NFC (CTAP 2.1, 11.3.7.2): the client must poll again. The response data says why the authenticator waits. */
  keepAlive: 0x9100,
  /** The counterpart of `moreData` with which a card for mobile networks answers SELECT (ETSI TS 151 011, 9.4.1). */
  gsmMoreData: 0x9f00,
  /** Wrong, without a number of tries. */
  verificationFailed: 0x6300,
  /** The low nibble is the number of remaining tries. */
  wrongReference: 0x63c0,
  wrongLength: 0x6700,
  lastChainBlockExpected: 0x6883,
  securityStatusNotSatisfied: 0x6982,
  authenticationBlocked: 0x6983,
  /** The new PIN is one of the latest (OpenFIPS201: ISO7816.SW_DATA_INVALID). */
  referenceDataNotUsable: 0x6984,
  conditionsNotSatisfied: 0x6985,
  /** The answer of a Java Card whose applet refuses its selection (ISO7816.SW_APPLET_SELECT_FAILED). */
  selectionFailed: 0x6999,
  wrongData: 0x6a80,
  functionNotSupported: 0x6a81,
  notFound: 0x6a82,
  notEnoughMemory: 0x6a84,
  wrongParameters: 0x6a86,
  referenceNotFound: 0x6a88,
  instructionNotSupported: 0x6d00,
  classNotSupported: 0x6e00,
  internalError: 0x6f00,
} as const;

/** Ends a command with a status word and no data. */
export class CardError extends Error {
  constructor(
    readonly statusWord: number,
    why: string,
  ) {
    super(`${why} (${statusWord.toString(16).toUpperCase()})`);
  }
}
