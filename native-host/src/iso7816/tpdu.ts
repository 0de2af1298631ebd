/** Position of Lc in a short command APDU, or of Le if the command has no data. */
const P3 = 4;

/**
 * Turns an encoded short command into the form for T=0, which has a single length byte. If the command has data, this byte is Lc, and Le is
 * omitted: the card announces its response with 61xx (ISO/IEC 7816-3, 12.2.4). Some drivers report the card as mute if Le is sent.
 */
export function commandTpdu(apdu: Uint8Array): Uint8Array {
  const hasData = apdu.length > P3 + 1;
  return hasData ? apdu.subarray(0, P3 + 1 + (apdu[P3] ?? 0)) : apdu;
}
