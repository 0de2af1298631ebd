/** Bit of T0 and TDi that means that a further TDi follows (ISO/IEC 7816-3, 8.2). */
const HAS_TD = 0x80;
/** Category indicator of historical bytes that consist of compact TLVs (ISO/IEC 7816-4:2005, 8.1.1.1). */
const COMPACT_TLV = 0x80;
/** Category indicator of compact TLVs followed by a status indicator of three bytes (8.1.1.3). */
const COMPACT_TLV_AND_STATUS = 0x00;
const STATUS_LENGTH = 3;
/** Tag of the card capabilities in compact TLVs (8.1.1.2.7). */
const CARD_CAPABILITIES = 7;
/**
 * Bits of the capabilities' third byte: the card supports extended Lc and Le fields, and (since the edition of 2013) stores their limits in
 * EF.ATR/INFO.
 */
const EXTENDED_LENGTHS = 0x40;
const LIMITS_IN_FILE = 0x20;

/**
 * True if a card announces extended lengths in the historical bytes of its answer to reset (ISO/IEC 7816-4:2005, 8.1.1.2.7, third software function
 * table).
 *
 * False for a card that stores its limits in EF.ATR/INFO: reading this file would deselect the application, and a command that exceeds the unknown
 * limits would be refused.
 */
export function announcesExtendedLength(atr: Uint8Array): boolean {
  const [category, ...rest] = historicalBytesOf(atr);
  if (category !== COMPACT_TLV && category !== COMPACT_TLV_AND_STATUS) return false;
  const objects = category === COMPACT_TLV ? rest : rest.slice(0, -STATUS_LENGTH);
  for (let offset = 0; offset < objects.length;) {
    const head = objects[offset] ?? 0;
    const value = objects.slice(offset + 1, offset + 1 + (head & 0x0f));
    if (head >> 4 === CARD_CAPABILITIES) {
      const [, , third = 0] = value;
      return (third & EXTENDED_LENGTHS) !== 0 && (third & LIMITS_IN_FILE) === 0;
    }
    offset += 1 + (head & 0x0f);
  }
  return false;
}

/** Returns the historical bytes of an answer to reset (ISO/IEC 7816-3, 8.2). Returns no bytes if the answer is truncated. */
function historicalBytesOf(atr: Uint8Array): Uint8Array {
  const [, t0 = 0] = atr;
  let offset = 2;
  for (let next: number | undefined = t0; next !== undefined;) {
    const presence: number = next & 0xf0;
    const bytes: number = [0x10, 0x20, 0x40, 0x80].filter((bit) => (presence & bit) !== 0).length;
    next = (presence & HAS_TD) === 0 ? undefined : atr[offset + bytes - 1];
    offset += bytes;
  }
  const count = t0 & 0x0f;
  return atr.length >= offset + count ? atr.slice(offset, offset + count) : new Uint8Array();
}
