/** The CMS's own keys, and the keys and PUKs of cards: how they are made, kept, sealed and judged. */
export { openEscrow } from '../devices/escrow.js';
export { CardKey } from '../keys/card-key.js';
export { readForeignCertificate } from '../keys/foreign-certificate.js';
export { isForeignJwk } from '../keys/foreign-jwk.js';
export { readForeignKey, readPrivateKey } from '../keys/foreign-key.js';
export type { KeyRing } from '../keys/key-ring.js';
export { answerWitness, isProvedBy, managementKeyLength, type ManagementKey } from '../keys/management-key.js';
export {
  importKeyRing,
  keyRingSecrets,
  newKeyRing,
  newKeyRingSecrets,
  type KeyRingSecrets,
} from '../keys/new-key-ring.js';
export { choosePuk, type KeptPukTry, type Puk, type PukHistory, type PukTry } from '../keys/puk-choice.js';
export { openFromStorage, sealForStorage } from '../keys/storage-seal.js';
export { findAuthorityWeakness, findWeakness, type Weakness } from '../keys/weak-key.js';
