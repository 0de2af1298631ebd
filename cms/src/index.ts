/**
 * Entry point for the server of every CMS: `createCms`, its HTTP contract, the operations that it offers, a store in memory, and the
 * policies of a first start. What else an author needs is in an entry for its area, such as `@cardwright/cms/operations`; the README lists
 * them.
 */
export { changePin } from './change-pin/change-pin.js';
export { createCms, type Cms, type CmsOptions } from './cms.js';
export { erase } from './erase/erase.js';
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
export { issue } from './issue/issue.js';
export { policySeeds, type SeedPolicies } from './rules/device-policy.js';
export { seedPolicies } from './policies/policies.js';
export { proveOwner } from './prove-owner/prove-owner.js';
export { STANDARD_OPERATIONS } from './standard-operations.js';
export { memoryStore, type MemoryStore, type MemoryStoreOptions } from './store/memory-store.js';
export { unlock } from './unlock/unlock.js';
