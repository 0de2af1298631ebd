/** Entry point for the server of a CMS: operations on devices, as data, over a store and a certification authority. */
export { createCms, type Cms, type CmsOptions } from './cms.js';
export {
  answerRequest,
  CMS_ROUTES,
  errorAnswerOf,
  isFromOwnPage,
  type CmsRoute,
  type ContractHeaders,
  type ContractRequest,
  type HttpAnswer,
} from './http.js';

export {
  ACTION_NAMES,
  allowedActions,
  OPERATOR_ACTIONS,
  type Action,
  type ActionName,
} from './actions/operator-actions.js';
export { ownerActions, type DeviceSituation, type OwnerAction } from './actions/owner-actions.js';
export type { DisplayWindow, ShownDevice } from './actions/initial-pin.js';

export {
  checkAttestation,
  type Attestation,
  type AttestationOrder,
  type AttestationVerdict,
  type AttestedDevice,
} from './attestation/attestation.js';
export { isSlotAttestation } from './attestation/attested-facts.js';
export { ParsedCertificate } from './attestation/certificate.js';
export { findAnchor, isAnchor, type VendorTrust } from './attestation/chain.js';
export type { DeviceIdentity } from './attestation/identity.js';
export { parsePem, splitPem } from './attestation/parsed-pem.js';
export type { AuditEvent } from './audit-event.js';
export { boundAuthority } from './authority/bounded-authority.js';
export {
  DEFAULT_CERTIFICATE_POLICIES,
  certificatePolicyOid,
  type CertificatePolicies,
} from './authority/certificate-policies.js';
export {
  PHONE_SLOTS,
  type CertificateRequest,
  type CertificateSlot,
  type DeviceSlot,
  type PhoneSlot,
  type CertificationAuthority,
  type CrlRequest,
  type Revocation,
  type RevocationReason,
  type Subscriber,
} from './authority/certification-authority.js';

export type { PasskeysInQuestion } from './passkeys/passkeys-in-question.js';
export {
  owned,
  pukUsable,
  pinUsable,
  refuse,
  type CardInQuestion,
  type Eligible,
  type Refusal,
  type Verdict,
} from './devices/eligibility.js';
export {
  COUNTING_STATES,
  DEVICE_STATES,
  isInUse,
  mayFollow,
  PHONE,
  SECURITY_KEY,
  STATES,
  type DeviceState,
} from './rules/device-state.js';
export { changePin } from './change-pin/change-pin.js';
export { unlock } from './unlock/unlock.js';
export { erase } from './erase/erase.js';
export { BEING_ERASED, GIVEN_BACK } from './erase/erase-state.js';
export { encodeCcc, encodeChuid } from './devices/piv-objects.js';
export { KEY_PURPOSES } from './devices/key-purposes.js';
export { tlv } from './devices/tlv.js';
export { certify, type CertificateOrder, type CertificateParties } from './devices/certify.js';
export { issue } from './issue/issue.js';
export { readIssued, type IssuedCertificate } from './devices/issued-certificate.js';
export {
  authenticateCard,
  authentication,
  chooseCandidate,
  findCandidates,
  takeWitness,
  type KeyCandidate,
} from './card-secrets/management-authentication.js';
export { proveOwner } from './prove-owner/prove-owner.js';
export { STANDARD_OPERATIONS } from './standard-operations.js';

export { CardKey } from './keys/card-key.js';
export { whyAskedBack } from './devices/asked-back.js';
export { canIssueCode, NO_UNLOCK_CODE, type UnlockCode } from './devices/unlock-code.js';
export { whyDeclined } from './devices/declined.js';
export { operatorsWords } from './devices/operators-words.js';
export { isSerialAttested } from './devices/device-trust.js';
export { deviceVersion, type VersionedDevice } from './devices/device-version.js';
export { findAuthorityWeakness, findWeakness, type Weakness } from './keys/weak-key.js';
export type { KeyRing } from './keys/key-ring.js';
export {
  importKeyRing,
  keyRingSecrets,
  newKeyRing,
  newKeyRingSecrets,
  type KeyRingSecrets,
} from './keys/new-key-ring.js';
export { answerWitness, isProvedBy, managementKeyLength, type ManagementKey } from './keys/management-key.js';
export { choosePuk, type KeptPukTry, type Puk, type PukHistory, type PukTry } from './keys/puk-choice.js';
export { openFromStorage, sealForStorage } from './keys/storage-seal.js';
export { openEscrow } from './devices/escrow.js';

export { call } from './operations/call.js';
export type { OperationContext } from './operations/context.js';
export {
  defineOperation,
  inState,
  keepState,
  type Call,
  type Consequence,
  type ConsequenceRule,
  type OperationDefinition,
  type Phase,
  type Step,
} from './operations/definition.js';
export { spend } from './operations/quotas.js';
export { RateLimited } from './operations/rate-limited.js';
export type { PersonProof, Quotas, Requester } from './operations/services.js';
export { defineSlice, type Slice } from './operations/slice.js';

export type {
  AcceptedPasskey,
  BegunRegistration,
  ExpectedAuthenticator,
  PasskeyService,
} from './passkeys/passkey-service.js';
export { verifyRegistration, type ExpectedRegistration, type RegisteredPasskey } from './passkeys/verify.js';

export {
  devicePolicy,
  factorySecrets,
  passkeyPolicy,
  readDevicePolicy,
  wantsPiv,
  policySeeds,
  type DevicePolicy,
  type FactorySecrets,
  type PasskeyPolicy,
  type SeedPolicies,
} from './rules/device-policy.js';
export { factoryAlgorithmOf, newAlgorithmOf } from './rules/management-key-algorithm.js';
export {
  changePolicy,
  confirmProposal,
  type ChangedBy,
  type Consent,
  type PolicyChange,
  type PolicyOutcome,
} from './policies/change-policy.js';
export { listPolicies, openFactorySecrets, seedPolicies, type StoredPolicy } from './policies/policies.js';
export { listProposals, withdrawProposal, type ListedProposal } from './policies/proposals.js';
export type { TrustChange } from './policies/trust-changes.js';

export type { DeviceRecord } from './store/device-record.js';
export { inTransaction } from './store/in-transaction.js';
export { Records } from './store/records.js';
export { memoryStore, type MemoryStore, type MemoryStoreOptions } from './store/memory-store.js';
export type { CommandResult, OperationEvent, OperationHappening } from './store/operation-event.js';
export * from './store/rows.js';
export type * from './store/store.js';
export { negotiateLanguage, sayIn, type Words } from './words/language.js';
export { OperationFailure, sentenceOf, wireErrorIn, type Reason, type ReasonCode } from './words/reasons.js';
