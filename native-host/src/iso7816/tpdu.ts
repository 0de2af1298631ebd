/** Where Lc, or Le in a command without data, stands in a short command. */
const P3 = 4;

/**
 * A short command for T=0, which has one length byte. With data it is theirs: Le is left out, and
 * the card tells by 61xx what waits (ISO/IEC 7816-3, 12.2.4). With Le some drivers report the card as mute.
 */
export function commandTpdu(apdu: Uint8Array): Uint8Array {
  const hasData = apdu.length > P3 + 1;
  return hasData ? apdu.subarray(0, P3 + 1 + (apdu[P3] ?? 0)) : apdu;
}
