/** The policy of each device model: its contents, who may change it, and which changes wait for a second operator. */
export {
  changePolicy,
  confirmProposal,
  type ChangedBy,
  type Consent,
  type PolicyChange,
  type PolicyOutcome,
} from '../policies/change-policy.js';
export {
  devicePolicy,
  factorySecrets,
  passkeyPolicy,
  readDevicePolicy,
  wantsPiv,
  type DevicePolicy,
  type FactorySecrets,
  type PasskeyPolicy,
} from '../rules/device-policy.js';
export { differencesFrom, workAgainst, type Difference, type IssuedDevice } from '../devices/differences.js';
export { factoryAlgorithmOf, newAlgorithmOf } from '../rules/management-key-algorithm.js';
export { listPolicies, openFactorySecrets, type StoredPolicy } from '../policies/policies.js';
export { listProposals, withdrawProposal, type ListedProposal } from '../policies/proposals.js';
export type { TrustChange } from '../policies/trust-change.js';
