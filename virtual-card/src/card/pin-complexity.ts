/**
 * PINs and PUKs that a YubiKey 5.7 with PIN complexity refuses although their length is right: one repeated character, or a value of its
 * list (Yubico Technical Manual, "PIN complexity"). Here are the values of the list that people choose most.
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

/** True for a PIN of the right length that is repetitive or on the list. */
export function isTrivial(pin: string): boolean {
  return new Set(pin).size < 2 || REFUSED.includes(pin);
}
