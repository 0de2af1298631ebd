/**
 * A card as its reader sees it. `Chip` implements this interface. So do the wrappers that store a card's memory, log its APDUs or inject faults. A
 * transport (the vpcd reader, or a PC/SC service in the same process) has one card in its slot.
 */
export interface CardInReader {
  /** Answer to reset, ISO/IEC 7816-3, 8.2. */
  readonly atr: Buffer;
  /**
   * Resets the card: clears its security status, and discards unfinished commands and answers. A transport calls this on power off, power on and
   * reset.
   */
  reset(): void;
  /** Returns the answer to a command APDU. Returns undefined if no answer will ever come. */
  transmit(apdu: Buffer): Promise<Buffer | undefined>;
}
