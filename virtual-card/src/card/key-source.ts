/** The source of a card's key pairs. */
export interface KeySource {
  /**
   * Returns a private key as PKCS #8, DER. No other card gets the same one.
   *
   * @param algorithm one of KeyAlgorithm
   */
  generate(algorithm: number): Promise<Buffer>;
}
