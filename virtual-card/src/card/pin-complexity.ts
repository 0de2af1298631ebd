/**
 * Values that a YubiKey 5.7 with PIN complexity refuses as PIN or PUK (Yubico Technical Manual, "PIN complexity"). Only the values that users choose
 * most often are listed.
 */
const REFUSED: readonly string[] = [
  ...['123456', '1234567', '12345678', '654321', '123123', '123321', '112233', '121212'],
  ...['password', 'iloveyou', 'abc123'],
];
const PADDING = /\xff+$/;

/**
 * True if the PIN or PUK is trivial.
 *
 * @param padded eight bytes, padded with FF
 */
export function isTrivialPin(padded: Buffer): boolean {
  return isTrivial(padded.toString('latin1').replace(PADDING, ''));
}

/** True if all characters of a PIN or PUK are the same, or if the PIN or PUK is in `REFUSED`. The length is not checked. */
export function isTrivial(pin: string): boolean {
  return new Set(pin).size < 2 || REFUSED.includes(pin);
}
