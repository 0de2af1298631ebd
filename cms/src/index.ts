/**
 * Entry point for the server of every CMS: `createCms`, its HTTP contract, the operations that it offers, a store in memory, and the policies of
 * a first start. Everything else that the package offers is in one entry for each area, such as `@cardwright/cms/operations`; the README lists
 * them.
 */
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
export { policySeeds, type SeedPolicies } from './rules/device-policy.js';
export { standardPolicies } from './rules/standard-policies.js';
export { seedPolicies } from './policies/policies.js';
export type { DeviceNotice, OnNotice } from './notices/on-notice.js';
export type { OfferedOperation } from './operations/engine.js';
export * from './standard-operations.js';
export { memoryStore, type MemoryStore, type MemoryStoreOptions } from './store/memory-store.js';
export { negotiateLanguage } from './words/language.js';
