/** First bytes of the answer to reset that a reader constructs for a contactless card: TS, T0 (high half: TD1 alone follows), TD1 and TD2. */
const TS = 0x3b;
const ONLY_TD1 = 0x80;
const TD1 = 0x80;
const TD2 = 0x01;
/** Number of bytes other than historical ones: TS, T0, TD1, TD2 and TCK. */
const FIXED_LENGTH = 5;

/**
 * True if an answer to reset has the form that readers construct for a contactless card (PC/SC Part 3, 3.1.3.2.3). Cards with contacts may
 * have the same form, so the form is a hint and not a proof.
 */
export function isContactlessAtr([ts, t0 = 0, td1, td2, ...rest]: Uint8Array): boolean {
  const historicalBytes = t0 & 0x0f;
  const isForm = ts === TS && (t0 & 0xf0) === ONLY_TD1 && td1 === TD1 && td2 === TD2;
  return isForm && rest.length === historicalBytes + FIXED_LENGTH - 4;
}
