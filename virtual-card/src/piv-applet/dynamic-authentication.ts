/** Tags of GENERAL AUTHENTICATE's data (SP 800-73-4 Part 2, table 7). A tag without a value requests the value from the card. */
export const DynamicAuthentication = {
  template: 0x7c,
  witness: 0x80,
  challenge: 0x81,
  response: 0x82,
  /** The other side's public point, for ECDH. */
  exponentiation: 0x85,
} as const;
