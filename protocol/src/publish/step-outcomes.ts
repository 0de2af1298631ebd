import { OF_EVERY_COMMAND } from '../command-errors.js';
import type { CommandDefinition } from '../command.js';
import { commands, type Method } from '../commands.js';
import { describeError, type ErrorCode } from '../errors.js';

const entries: readonly CommandDefinition[] = Object.values(commands);

/** Errors with which a command of a step can end, in the order of their numbers. */
export const STEP_ERRORS: readonly ErrorCode[] = [
  ...new Set([...OF_EVERY_COMMAND, ...entries.flatMap(({ reach, errors }) => (reach.includes('step') ? errors : []))]),
].sort((one, other) => describeError(one).number - describeError(other).number);

/** Returns the usual consequence of an error in a step: a resumable error interrupts the operation, any other error makes the operation fail. */
export const usualConsequence = (code: ErrorCode): 'interrupt' | 'fail' =>
  describeError(code).resumable === true ? 'interrupt' : 'fail';

/**
 * The consequence of an error at one command, if it is not the usual consequence of this error. The reference CMS decides so in an issuance without
 * passkeys.
 */
export interface UnusualConsequence {
  readonly code: ErrorCode;
  readonly method: Method;
  readonly consequence: 'continue' | 'interrupt' | 'cancel';
  /** The condition and the consequence, in words. */
  readonly rule: string;
}

/**
 * Errors whose consequence is not the usual one. A test causes each of these errors at the reference CMS, and each error whose consequence is the
 * usual one.
 */
export const UNUSUAL_CONSEQUENCES: readonly UnusualConsequence[] = [
  {
    code: 'MANAGEMENT_KEY_REFUSED',
    method: 'managementKey.authenticate',
    consequence: 'continue',
    rule: 'If there is another candidate, and `next` has a witness for it, the next step answers that witness. Otherwise it fails.',
  },
  {
    code: 'PUK_INCORRECT',
    method: 'credentials.apply',
    consequence: 'continue',
    rule: 'If an earlier `credentials.apply` of this escrow was not answered, so that the card can have the other PUK, and more than one try is left, the next step is step 3 again, with the other PUK. The host still has the credentials, so `credentials.restore` does not come again. Otherwise it fails.',
  },
  {
    code: 'PIN_REFUSED_BY_DEVICE',
    method: 'credentials.apply',
    consequence: 'continue',
    rule: 'The card has the PUK, and does not take the initial PIN, for example because it had this PIN before. The next step is `credentials.prepare` without a management key, and then step 3 again. After three refusals it fails with `PIN_RULES_CONFLICT`.',
  },
  {
    code: 'KEY_CANNOT_SIGN',
    method: 'csr.create',
    consequence: 'continue',
    rule: 'For 9D alone, whose key may be able only to agree on keys: it is certified by its attestation, or left out, as the policy says. Otherwise it fails.',
  },
  {
    code: 'USER_CANCELLED',
    method: 'pin.change',
    consequence: 'interrupt',
    rule: 'The device is `pending`, and keeps its initial PIN. Its user continues whenever they like.',
  },
  { code: 'USER_TIMEOUT', method: 'pin.change', consequence: 'interrupt', rule: 'The same.' },
  {
    code: 'USER_CANCELLED',
    method: 'device.reset',
    consequence: 'cancel',
    rule: 'The user did not agree, and nothing was changed.',
  },
  { code: 'USER_TIMEOUT', method: 'device.reset', consequence: 'cancel', rule: 'The same.' },
  { code: 'WINDOW_NOT_ALLOWED', method: 'device.reset', consequence: 'cancel', rule: 'The same.' },
];
