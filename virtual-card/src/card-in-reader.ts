/**
 * A card from the view of its reader. `Chip` implements it. Wrappers that store its memory, log its APDUs or inject faults implement it
 * around another one. A transport (the vpcd reader, or a PC/SC service in the same process) has one in its slot.
 */
export interface CardInReader {
  /** Answer to reset, ISO/IEC 7816-3, 8.2. */
  readonly atr: Buffer;
  /** Call it on power off, power on or reset. The card loses its security status. */
  reset(): void;
  /** Answers a command APDU. `undefined` means that no answer will ever come. */
  transmit(apdu: Buffer): Promise<Buffer | undefined>;
}
