import type * as v from 'valibot';
import type { ErrorCode, ErrorData } from '../errors.js';
import type { stepPayload } from '../step.js';

/** Reason for which a host refuses a step: a `reason` of `STEP_REFUSED`, or another code of the catalogue. */
export type StepRefusal =
  | { readonly reason: ErrorData<'STEP_REFUSED'>['reason'] }
  | { readonly code: Extract<ErrorCode, string> };

/** One check that a host makes of a step. */
export type StepRule = StepRefusal & {
  /** The claims that the rule is about. */
  readonly claims: readonly (keyof v.InferOutput<typeof stepPayload>)[];
  readonly rule: string;
};

/** The checks that a host makes of a step, in this order. */
export const STEP_RULES: readonly StepRule[] = [
  {
    reason: 'signature',
    claims: [],
    rule: "The site has keys; the header's `alg` and `typ` are those above, and it has no `crit`; one of the keys with `use: \"sig\"` has the header's `kid`, and the signature is that key's.",
  },
  {
    reason: 'content',
    claims: [],
    rule: 'The payload is JSON in UTF-8, and has the claims above and no others, each once.',
  },
  { reason: 'origin', claims: ['origin'], rule: 'It is the origin that the extension told the host.' },
  {
    reason: 'session',
    claims: ['session'],
    rule: 'It is the session id that the host computes from its own session key.',
  },
  { reason: 'expired', claims: ['expires'], rule: 'It is later than now, by the clock of the host.' },
  { code: 'DEVICE_NOT_OPEN', claims: [], rule: 'A device is open in this session.' },
  { reason: 'device', claims: ['device'], rule: 'It is the id of the open device.' },
  {
    reason: 'card',
    claims: ['card'],
    rule: 'It is what the host found in the card when it was opened, or erased since: each member equal, the slots in any order.',
  },
  {
    reason: 'order',
    claims: ['operation', 'number'],
    rule: 'The number is greater than that of every step of this operation that the host has admitted.',
  },
  {
    reason: 'content',
    claims: ['commands'],
    rule: 'Every method is a command that may come in a step.',
  },
  {
    code: 'INVALID_PARAMS',
    claims: ['commands'],
    rule: "Every command's parameters are valid.",
  },
];
