import * as v from 'valibot';
import type { ErrorCode } from './errors.js';
import { sealed } from './schema.js';

/** Grant that a site needs for a command. `none`: no grant (the handshake, and the request for a grant itself). */
export type Permission = 'none' | 'read' | 'use' | 'manage';

/**
 * Possible sources of a secret in a command:
 * - `user`: the host asks the extension, whose window seals the user's entry to the host's session key;
 * - `session`: the host's memory, from `credentials.prepare` or `credentials.restore` until the device is closed;
 * - `cms`: sealed by the CMS to the host's session key; only inside a signed step.
 */
export type SecretSource = 'user' | 'session' | 'cms';

const sourceSchemas = {
  user: v.strictObject({ source: v.literal('user') }),
  session: v.strictObject({ source: v.literal('session') }),
  cms: v.strictObject({ source: v.literal('cms'), sealed }),
} as const;

/**
 * Makes the schema of a command's reference to a secret, which names one of the given sources. Only a reference with the source `cms`
 * contains the secret, sealed.
 *
 * @example
 * import * as v from 'valibot';
 * const params = v.strictObject({ pin: secretFrom('user', 'session') });
 */
export const secretFrom = /* @__NO_SIDE_EFFECTS__ */ <const S extends SecretSource>(...sources: S[]) =>
  v.variant('source', sources.map((source) => sourceSchemas[source]) as SourceSchemas<S>);

type SourceSchemas<S extends SecretSource> = [(typeof sourceSchemas)[S], ...(typeof sourceSchemas)[S][]];

export type SecretReference = v.InferOutput<(typeof sourceSchemas)[SecretSource]>;

/** The side that answers: the extension itself, or the host behind it. */
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
  /** Validated by sdk, extension and host alike. Unknown members are refused. */
  readonly params: P;
  readonly result: R;
  /** Error codes of this command, in addition to those of the connection and of invalid parameters. A test compares them with the handler. */
  readonly errors: readonly ErrorCode[];
  /**
   * Milliseconds until the caller gives up, without the time that a window waits for the user. The time is longer than the command's
   * slowest APDU takes, so that a mute card is reported by the APDU's own time limit.
   */
  readonly timeout: number;
}

/** One entry of the command table: everything that any hop needs to know about a command. */
export interface CommandDefinition<
  P extends v.GenericSchema = v.GenericSchema,
  R extends v.GenericSchema = v.GenericSchema,
  S extends Side = Side,
> extends RequestDefinition<P, R, S> {
  /** Senders that the command is accepted from. Commands of class `manage` come only in steps, except `step.run`, which carries them. */
  readonly reach: readonly Reach[];
  /** True if the command uses no open card, so that it need not wait for commands that do. */
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
 * Defines a request that no page can send. Exists for type inference.
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
