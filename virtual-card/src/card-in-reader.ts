/**
 * A card as its reader sees it. The chip is one. What keeps its memory, logs its APDUs or makes it faulty stands
 * in front of another one; a transport (the vpcd reader, a PC/SC service in the same process) has one in its slot.
 */
export interface CardInReader {
  /** Answer to reset, ISO/IEC 7816-3, 8.2. */
  readonly atr: Buffer;
  /** Power off, power on or reset: the card forgets who logged in. */
  reset(): void;
  /** Answers a command APDU; `undefined` is no answer, ever. */
  transmit(apdu: Buffer): Promise<Buffer | undefined>;
}
