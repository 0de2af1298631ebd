/** The host's description of a device: its state, slots, keys and retries; and rules for PINs. */
export { deviceListing, type DeviceListing } from '../commands/device.js';
export {
  CARD_KINDS,
  recogniseCard,
  type RecognisableCard,
  type CardKind,
  type FactoryKey,
  type Lacking,
} from '../card-kinds.js';
export { pinPolicy, touchPolicy } from '../commands/key.js';
export * from '../piv-rules.js';
export {
  capabilities,
  cardFacts,
  deviceId,
  deviceInfo,
  deviceState,
  DRAWING_SINCE,
  fidoFacts,
  fidoPinRules,
  guid,
  keyAlgorithm,
  keySlot,
  KEY_ALGORITHMS,
  managementKeyAlgorithm,
  MANAGEMENT_KEY_ALGORITHMS,
  pinRules,
  retryStatus,
  slot,
  type Capabilities,
  type CardFacts,
  type DeviceId,
  type DeviceInfo,
  type Drawing,
  type FidoFacts,
  type FidoPinRules,
  type KeyAlgorithm,
  type KeySlot,
  type ManagementKeyAlgorithm,
  type PinRules,
  type RetryStatus,
  type Slot,
} from '../schema.js';
