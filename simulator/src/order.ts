import * as v from 'valibot';
import type { Simulator } from './simulator.js';

/** The outcome of an order: a sentence for users, and facts for programs. */
export interface Outcome {
  readonly says: string;
  readonly [fact: string]: unknown;
}

/** An order to the simulator, the same in the terminal, on the simulator's page and from a program. */
export interface Order {
  /** Name that users type, and the method of a program's request, such as `pull-at-step`. */
  readonly name: string;
  /** The parameters as the usage shows them, such as `SELECTOR [TEXT]`. */
  readonly usage: string;
  readonly does: string;
  /** The parameters in the sequence in which users type them. */
  readonly parameters: readonly { readonly name: string; readonly isNumber: boolean }[];
  /**
   * Checks the parameters and executes the order.
   *
   * @throws OrderError for wrong parameters
   */
  readonly carryOut: (simulator: Simulator, parameters: unknown) => Promise<Outcome>;
}

/** The error for an order that does not exist, and for wrong parameters. The message never contains a parameter's value, which may be a PIN. */
export class OrderError extends RangeError {
  constructor(
    readonly problem: 'order' | 'parameters',
    message: string,
  ) {
    super(message);
  }
}

interface OrderDefinition<Entries extends v.ObjectEntries> {
  readonly name: string;
  readonly usage: string;
  readonly does: string;
  readonly parameters: Entries;
  /** The expected value of each parameter, in words, for the message of an OrderError. */
  readonly expects: Readonly<Record<keyof Entries & string, string>>;
  readonly carryOut: (
    simulator: Simulator,
    parameters: v.InferOutput<v.StrictObjectSchema<Entries, undefined>>,
  ) => Promise<Outcome>;
}

/** Defines an order. The parameters are always checked before the order is carried out. */
export function defineOrder<const Entries extends v.ObjectEntries>(definition: OrderDefinition<Entries>): Order {
  const { name, usage, does, parameters, expects } = definition;
  const schema = v.strictObject(parameters);
  return {
    name,
    usage,
    does,
    parameters: Object.entries(parameters).map(([one, { type }]) => ({ name: one, isNumber: type === 'number' })),
    carryOut: async (simulator, given) => {
      const parsed = v.safeParse(schema, given, { abortEarly: true });
      if (!parsed.success) throw new OrderError('parameters', complaint(parsed.issues[0].path?.[0]?.key, expects));
      return definition.carryOut(simulator, parsed.output);
    },
  };
}

function complaint(parameter: unknown, expects: Readonly<Record<string, string>>): string {
  if (typeof parameter !== 'string') return 'expected parameters by their names';
  return Object.hasOwn(expects, parameter)
    ? `expected ${expects[parameter] ?? parameter}`
    : 'there is a parameter that this order does not have';
}
