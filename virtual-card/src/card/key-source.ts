/** The source of a card's key pairs. */
export interface KeySource {
  /**
   * Returns the DER encoding of a new private key (PKCS #8). No other card gets this key.
   *
   * @param algorithm one of KeyAlgorithm
   */
  generate(algorithm: number): Promise<Buffer>;
}
