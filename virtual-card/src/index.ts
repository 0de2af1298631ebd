/**
 * A smart card or security key in software, with PIV, FIDO2 or both. `insertCard` puts a card, whose memory is in a file, into the vpcd virtual
 * reader. For another transport, create a `Chip` over a `Card`, which needs neither a file nor a reader.
 */
export { insertCard, type InsertOptions, type VirtualCard } from './virtual-card.js';
export { Card, type Circumstances, type Touch } from './card/card.js';
export { type CardState, type ReferenceData, type StoredKey } from './card/card-state.js';
export { type CardClock } from './card/clock.js';
export { freshFidoState, type FidoState, type ResidentCredential } from './card/fido-state.js';
export { type CardInReader } from './card-in-reader.js';
export { type CardFacts, hasFactoryManagementKey, readCardFacts } from './card-facts.js';
export { Chip } from './chip.js';
export { blankCard, type CardToMake, makeCard } from './factory.js';
export { isFidoPin } from './fido-pin-check.js';
export { FaultyCard, type Slot } from './faulty-card.js';
export { type KeySource } from './card/key-source.js';
export { freshKeys } from './piv-applet/private-key.js';
export { KeyAlgorithm } from './card/algorithms.js';
export { type ApduRecord, RecordedCard } from './recorded-card.js';
export { type Fault, type InstructionName, type Moment, parseFault } from './faults.js';
export { type ProfileName, profileNames } from './card/profile.js';
export { type AttestationKey } from './x509/test-authorities.js';
export {
  testAttestationIntermediatesPath,
  testAttestationRoot,
  testAttestationRoot58Path,
  testAttestationRootPath,
  testFidoRootPath,
} from './x509/test-root.js';
