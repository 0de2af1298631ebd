import * as v from 'valibot';
import type { ErrorCode } from './errors.js';
import { sealed } from './schema.js';

/** Grant that a site needs for a command. `none` means that the command needs no grant. An example is the command that asks for a grant. */
export type Permission = 'none' | 'read' | 'use' | 'manage';

/**
 * Possible sources of a secret in a command:
 * - `user`: the user enters it in a window of the extension, which seals the entry to the host's session key;
 * - `session`: the host remembers the secret until the device is closed, for example a PIN that `credentials.prepare` made, or a FIDO PIN that the
 *   device accepted;
 * - `cms`: the CMS has sealed it to the host's session key. This source is accepted only inside a signed step.
 */
export type SecretSource = 'user' | 'session' | 'cms';

const sourceSchemas = {
  user: v.strictObject({ source: v.literal('user') }),
  session: v.strictObject({ source: v.literal('session') }),
  cms: v.strictObject({ source: v.literal('cms'), sealed }),
} as const;

/**
 * Makes the schema of the member by which a command refers to a secret. Such a reference names one of the given sources. Only a reference with
 * the source `cms` contains the secret, sealed.
 *
 * @example
 * import * as v from 'valibot';
 * const params = v.strictObject({ pin: secretFrom('user', 'session') });
 */
export const secretFrom = /* @__NO_SIDE_EFFECTS__ */ <const S extends SecretSource>(...sources: S[]) =>
  v.variant('source', sources.map((source) => sourceSchemas[source]) as SourceSchemas<S>);

type SourceSchemas<S extends SecretSource> = [(typeof sourceSchemas)[S], ...(typeof sourceSchemas)[S][]];

export type SecretReference = v.InferOutput<(typeof sourceSchemas)[SecretSource]>;

/** The side that answers a request: the extension itself, or the host behind it. */
export type Side = 'extension' | 'host';

/** Where a command may come from: from the page directly, or in a step that the CMS signed. */
export type Reach = 'page' | 'step';

/** Definition of a request and its answer: a page's command, or a request of the host to the extension. */
export interface RequestDefinition<
  P extends v.GenericSchema = v.GenericSchema,
  R extends v.GenericSchema = v.GenericSchema,
  S extends Side = Side,
> {
  /** One sentence for the reference. */
  readonly summary: string;
  readonly permission: Permission;
  readonly handledBy: S;
  /** Capability that the answering side must list at `initialize`. */
  readonly capability: string;
  /**
   * Schema of the parameters, with which every side that handles the request validates them. The parameters of a command inside a step are
   * validated by the host alone. Unknown members are refused.
   */
  readonly params: P;
  readonly result: R;
  /**
   * Error codes with which this command can end, besides `OF_EVERY_COMMAND` and the errors of the connection and of invalid parameters. A test
   * compares these codes with the handler.
   */
  readonly errors: readonly ErrorCode[];
  /**
   * Milliseconds until the caller gives up, without the time that a window waits for the user. This time is longer than the time limit of the
   * slowest APDU that the command sends to the card, so that a mute card ends the command with `CARD_MUTE`, not with `TIMEOUT`.
   */
  readonly timeout: number;
}

/** One entry of the command table: everything that sdk, extension and host need to know about a command. */
export interface CommandDefinition<
  P extends v.GenericSchema = v.GenericSchema,
  R extends v.GenericSchema = v.GenericSchema,
  S extends Side = Side,
> extends RequestDefinition<P, R, S> {
  /**
   * Senders from which the command is accepted. Commands with the permission `manage` come only in steps. The exception is `step.run`, with which a
   * page passes on a step.
   */
  readonly reach: readonly Reach[];
  /** True if the command does not use the open card, so it need not wait for commands that use the card. */
  readonly concurrent: boolean;
}

/**
 * Defines one command. Exists for type inference.
 *
 * @example
 * const blink = defineCommand({
 *   summary: 'Lets a device blink.',
 *   permission: 'use',
 *   handledBy: 'host',
 *   reach: ['page'],
 *   concurrent: false,
 *   capability: 'blink',
 *   params: nothing,
 *   result: nothing,
 *   errors: ['CARD_REMOVED'],
 *   timeout: 5_000,
 * });
 */
export const defineCommand = /* @__NO_SIDE_EFFECTS__ */ <
  P extends v.GenericSchema,
  R extends v.GenericSchema,
  S extends Side,
>(
  definition: CommandDefinition<P, R, S>,
): CommandDefinition<P, R, S> => definition;

/**
 * Defines a request of the host to the extension, which no page can send. Exists for type inference.
 *
 * @example
 * const askColour = defineRequest({
 *   summary: 'Asks the user for a colour.',
 *   permission: 'none',
 *   handledBy: 'extension',
 *   capability: 'session',
 *   params: nothing,
 *   result: nothing,
 *   errors: ['USER_CANCELLED'],
 *   timeout: 60_000,
 * });
 */
export const defineRequest = /* @__NO_SIDE_EFFECTS__ */ <
  P extends v.GenericSchema,
  R extends v.GenericSchema,
  S extends Side,
>(
  definition: RequestDefinition<P, R, S>,
): RequestDefinition<P, R, S> => definition;

/** Schema of no parameters, or of an empty result. */
export const nothing = v.strictObject({});
