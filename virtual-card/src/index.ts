/** A PIV card in software, for the vpcd virtual reader: the card of the demo and of the tests. */
export { type ApduRecord, insertCard, type InsertOptions, type VirtualCard } from './virtual-card.js';
export { type Fault, type InstructionName, type Moment, parseFault } from './faults.js';
export { type ProfileName, profileNames } from './card/profile.js';
export {
  testAttestationIntermediatesPath,
  testAttestationRoot,
  testAttestationRoot58Path,
  testAttestationRootPath,
} from './x509/test-root.js';
