import { commands, isPageMethod, type Method } from '@cardwright/protocol';
import fc from 'fast-check';
import { readMessage } from '../../../native-host/src/server/serve.js';
import { ofSchema } from './of-schema.js';
import { spoiltJson } from './spoilt-json.js';

/** One command for the host. */
export interface CommandCall {
  readonly method: Method;
  /** JSON text. */
  readonly params: string;
  /** Set when it comes in a step. */
  readonly inStep: boolean;
}

/** Commands that the host answers, of the table. A step is a command of its own kind: calls in steps make it. */
const ROWS = Object.entries(commands).filter(
  ([method, { handledBy }]) => handledBy === 'host' && method !== 'step.run',
);

const callOf = (params: (method: Method) => fc.Arbitrary<string>): fc.Arbitrary<CommandCall> =>
  fc.constantFrom(...ROWS.map(([method]) => method as Method)).chain((method) =>
    fc.record({
      method: fc.constant(method),
      params: params(method),
      // Where both are allowed, either. What no page may send is sent by one now and then.
      inStep: isPageMethod(method) ? fc.boolean() : fc.integer({ min: 0, max: 19 }).map((drawn) => drawn > 0),
    }),
  );

const valid = new Map(ROWS.map(([method, { params }]) => [method, ofSchema(params)]));
const validOf = (method: Method): fc.Arbitrary<unknown> => valid.get(method) ?? fc.constant({});

/** Commands with parameters as their schemas want them. */
export const goodCalls = callOf((method) => validOf(method).map((value) => JSON.stringify(value)));

/** The same, most with nonsense in their parameters. */
export const spoiltCalls = fc.oneof(
  goodCalls,
  callOf((method) => spoiltJson(validOf(method))),
);

/** Reads JSON as the host does. */
export const readParams = (text: string): unknown => readMessage(Buffer.from(text));
