/** The parts of an operation of your own: its eligibility, its steps and calls, its slices, and the words of its failures. */
export {
  authenticateCard,
  authentication,
  chooseCandidate,
  findCandidates,
  takeWitness,
  type KeyCandidate,
} from '../card-secrets/management-authentication.js';
export {
  owned,
  pinUsable,
  pukUsable,
  refuse,
  type CardInQuestion,
  type Eligible,
  type Refusal,
  type Verdict,
} from '../devices/eligibility.js';
export { call } from '../operations/call.js';
export type { OperationContext } from '../operations/context.js';
export {
  defineOperation,
  inState,
  keepState,
  type Call,
  type Consequence,
  type ConsequenceRule,
  type Holdings,
  type OfferFacts,
  type OperationDefinition,
  type OperationSubject,
  type Phase,
  type Step,
} from '../operations/definition.js';
export { isFresh } from '../operations/fresh-proof.js';
export { spend } from '../operations/quotas.js';
export { RateLimited } from '../operations/rate-limited.js';
export type { PersonProof, Quotas, Requester } from '../operations/services.js';
export { defineSlice, type Slice } from '../operations/slice.js';
export { sayIn, type Words } from '../words/language.js';
export { OperationFailure, sentenceOf, wireErrorIn, type Reason, type ReasonCode } from '../words/reasons.js';
