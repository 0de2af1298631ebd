/** First bytes of an answer to reset that a contactless reader constructs: TS, T0 with TD1 alone, TD1, TD2. */
const TS = 0x3b;
const ONLY_TD1 = 0x80;
const TD1 = 0x80;
const TD2 = 0x01;
/** TS, T0, TD1, TD2 before the historical bytes, and TCK after them. */
const FIXED_LENGTH = 5;

/**
 * True if an answer to reset has the form that readers construct for a contactless card (PC/SC Part 3, 3.1.3.2.3). Cards with contacts may
 * have the same form, so it is a hint and not a proof.
 */
export function isContactlessAtr([ts, t0 = 0, td1, td2, ...rest]: Uint8Array): boolean {
  const historicalBytes = t0 & 0x0f;
  const isForm = ts === TS && (t0 & 0xf0) === ONLY_TD1 && td1 === TD1 && td2 === TD2;
  return isForm && rest.length === historicalBytes + FIXED_LENGTH - 4;
}
