/**
 * Keys whose private half is published, by the SHA-256 of their DER SubjectPublicKeyInfo, hexadecimal. Examples from standards turn up as keys
 * in firmware and in hosts that simulate a card.
 */
export const KNOWN_KEYS: ReadonlySet<string> = new Set([
  // RFC 9500, 2.1 (RSA, 2048 bits) and 2.3 (P-256)
  '8fb6bad671cfe698393c453357da61b56d757ab8c0f3fb9c87f2849e63131878',
  'b2b04340cfaee616ec9c2c62d261b208e54bb197498df52e8cadede23ac0ba5e',
  // RFC 6979, A.2.5 (P-256) and A.2.6 (P-384)
  '5a7a78cca4a0f420d9bc62bb669c3c2759e39f723d3ae10dcbe0f0815a07ecd4',
  '2f95601fa82060b909bfc6b979dbd303d34d34e0afb27ea496beac362f242a4b',
  // RFC 7515, A.3, and RFC 7517, A.1 (P-256)
  '2bd1bb0c44a897c30a7aa0991cde38d8062fe441de50da0f46825344f602e827',
  '51b944cdfa544d4c3273aa6bf350625a7dd53bbb6a71723274f538b19a207760',
]);
