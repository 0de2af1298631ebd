/** Where a card's key pairs come from. */
export interface KeySource {
  /**
   * A private key as PKCS #8, DER. No other card gets the same one.
   *
   * @param algorithm one of KeyAlgorithm
   */
  generate(algorithm: number): Promise<Buffer>;
}
