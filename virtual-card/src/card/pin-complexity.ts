/**
 * What a YubiKey 5.7 with PIN complexity does not take as a new PIN or PUK, although its length is right: one repeated
 * character, or a value of its list (Yubico Technical Manual, "PIN complexity"). Here are those of the list that people
 * choose most.
 */
const REFUSED: readonly string[] = [
  ...['123456', '1234567', '12345678', '654321', '123123', '123321', '112233', '121212'],
  ...['password', 'iloveyou', 'abc123'],
];
const PADDING = /\xff+$/;

/** @param padded eight bytes, padded with FF */
export function isTrivialPin(padded: Buffer): boolean {
  return isTrivial(padded.toString('latin1').replace(PADDING, ''));
}

/** Whether the PIN, whose length is right, is one of those. */
export function isTrivial(pin: string): boolean {
  return new Set(pin).size < 2 || REFUSED.includes(pin);
}
